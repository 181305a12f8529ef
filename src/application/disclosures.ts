import type { EventData } from '../domain/events/catalogue.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { disclose, isRedacted, type DisclosureOrder } from '../domain/disclosure/disclose.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Surroundings } from './context.ts';
import type { Recorder } from './recorder.ts';
import { stampOf, type Tenants } from './tenants.ts';

type Subprocessor = Policy['subprocessors'][number];

export interface DisclosureReceipt {
  readonly disclosure: string;
  /** Whether what leaves is the variant without names, for want of an NDA (promise 13). */
  readonly redacted: boolean;
  /** The list of sub-processors as the recipient may have it, where that is what is disclosed; without an NDA only regions. */
  readonly subprocessors?: readonly Partial<Subprocessor>[];
  readonly position: number;
}

export interface Disclosures {
  /** On record before anything leaves. Throws `recipient-not-configured`, `authority-missing`, `cohort-too-small`. */
  disclose(
    tenant: string,
    order: Omit<DisclosureOrder, 'disclosure'>,
    actor: Actor,
  ): Promise<DisclosureReceipt>;
  /** Announces a change of the list of sub-processors. */
  changeSubprocessor(
    tenant: string,
    change: EventData<'subprocessor.changed'>,
    actor: Actor,
  ): Promise<{ readonly position: number }>;
}

interface Deps extends Surroundings {
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
}

export function createDisclosures({ recorder, tenants, clock, random }: Deps): Disclosures {
  return {
    disclose: async (tenant, order, actor) => {
      const info = await tenants.get(tenant);
      const disclosure = random.uuidv7();
      const event = disclose({ disclosure, ...order }, info.policy);
      const [position = 0] = await recorder.record(stampOf(info), [{ ...event, actor, time: clock.now() }]);
      const redacted = isRedacted(order);
      if (order.kind !== 'sub-processors') return { disclosure, redacted, position };
      return { disclosure, redacted, position, subprocessors: shown(info.policy.subprocessors, redacted) };
    },
    changeSubprocessor: async (tenant, data, actor) => {
      const stamp = stampOf(await tenants.get(tenant));
      const [position = 0] = await recorder.record(stamp, [
        { type: 'subprocessor.changed', data, actor, time: clock.now() },
      ]);
      return { position };
    },
  };
}

const shown = (listed: readonly Subprocessor[], redacted: boolean): Partial<Subprocessor>[] =>
  listed.map(({ name, region }) => ({
    ...(redacted ? {} : { name }),
    ...(region === undefined ? {} : { region }),
  }));

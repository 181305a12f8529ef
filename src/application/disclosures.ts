import type { EventData } from '../domain/events/catalogue.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { disclose, isRedacted, type DisclosureOrder } from '../domain/disclosure/disclose.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Surroundings } from './context.ts';
import type { Recorder } from './recorder.ts';
import { stampOf, type Tenants } from './tenants.ts';

type Subprocessor = Policy['subprocessors'][number];

/** A model that has served the tenant, and where it ran if its calls say so. */
export interface Model {
  readonly name: string;
  readonly region?: string;
}

export interface DisclosureReceipt {
  readonly disclosure: string;
  /** Whether what leaves is the variant without names, for want of an NDA (promise 13). */
  readonly redacted: boolean;
  /** The list of sub-processors as the recipient may have it, where that is what is disclosed; without an NDA only regions. */
  readonly subprocessors?: readonly Partial<Subprocessor>[];
  /** The models that have served the tenant, where they are what is disclosed; without an NDA only regions. */
  readonly models?: readonly Partial<Model>[];
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
  /** The models that have served the tenant up to now. */
  readonly servingModels: (tenant: string) => Promise<readonly Model[]>;
}

export function createDisclosures({ recorder, tenants, servingModels, clock, random }: Deps): Disclosures {
  return {
    disclose: async (tenant, order, actor) => {
      const info = await tenants.get(tenant);
      const disclosure = random.uuidv7();
      const event = disclose({ disclosure, ...order }, info.policy);
      const models = order.kind === 'models' ? await servingModels(tenant) : [];
      const [position = 0] = await recorder.record(stampOf(info), [{ ...event, actor, time: clock.now() }]);
      const receipt = { disclosure, redacted: isRedacted(order), position };
      switch (order.kind) {
        case 'models':
          return { ...receipt, models: shown(models, receipt.redacted) };
        case 'sub-processors':
          return { ...receipt, subprocessors: shown(info.policy.subprocessors, receipt.redacted) };
        default:
          return receipt;
      }
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

const shown = (listed: readonly (Model | Subprocessor)[], redacted: boolean): Partial<Model>[] =>
  listed.map(({ name, region }) => ({
    ...(redacted ? {} : { name }),
    ...(region === undefined ? {} : { region }),
  }));

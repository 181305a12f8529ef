import type { Actor } from '../../domain/events/envelope.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { signalOf } from '../../domain/rules/signal.ts';
import { addDuration } from '../../domain/time/duration.ts';
import type { Draft, Recorder } from '../recorder.ts';
import { stampOf, type Tenants } from '../tenants.ts';
import type { CaseOpener, RaisedSignal } from './case-opener.ts';
import type { Found } from './rule-run.ts';

export const RULES_WORKER: Actor = { kind: 'worker', id: 'abuse-rules' };

export interface SignalsDeps {
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly clock: Clock;
  readonly caseOpener: CaseOpener;
  /** When the first of these assets is erased, as the views have it; undefined where none is left to erase. */
  readonly firstErasure: (tenant: string, assets: readonly string[]) => Promise<Date | undefined>;
}

/** Puts findings on record as signals, and sees to it that a case is open before what they rest on is erased. */
export interface Signals {
  /** Durable when it resolves. Raising the same findings again, as after a crash, adds nothing. */
  raise(found: readonly Found[]): Promise<void>;
}

export function createSignals(deps: SignalsDeps): Signals {
  return {
    raise: async found => {
      for (const [tenant, ofTenant] of Map.groupBy(found, one => one.tenant)) {
        const raised = onceADay(ofTenant.map(one => ({ ...one, signal: raisedBy(one) })));
        const stamp = stampOf(await deps.tenants.get(tenant));
        await deps.recorder.record(
          stamp,
          raised.map(({ signal }) => draftOf(signal)),
        );
        for (const { signal, rules } of raised) await openIfUrgent(deps, tenant, signal, rules.caseLead);
      }
    },
  };
}

const raisedBy = ({ tenant, version, finding }: Found): RaisedSignal => ({
  ...signalOf(tenant, version, finding),
  subject: finding.subject,
});

/** A tenant may have a rule signal the same account again within the day: it is the same signal, and the first one stands. */
function onceADay<T extends { readonly signal: RaisedSignal }>(raised: readonly T[]): T[] {
  const first = new Map<string, T>();
  for (const one of raised) if (!first.has(one.signal.signal)) first.set(one.signal.signal, one);
  return [...first.values()];
}

function draftOf({ subject, ...data }: RaisedSignal): Draft {
  return {
    ...{ type: 'abuse.signalled', data, subject, actor: RULES_WORKER },
    time: new Date(data.window.to),
    sourceId: `signal:${data.signal}`,
  };
}

async function openIfUrgent(
  { clock, caseOpener, firstErasure }: SignalsDeps,
  tenant: string,
  signal: RaisedSignal,
  caseLead: string,
): Promise<void> {
  if (signal.assets.length === 0) return;
  const eraseAt = await firstErasure(tenant, signal.assets);
  if (eraseAt === undefined || eraseAt > addDuration(clock.now(), caseLead)) return;
  await caseOpener.openFor(tenant, { signal, eraseAt });
}

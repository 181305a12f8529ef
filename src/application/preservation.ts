import { fold } from '../domain/decider.ts';
import { decodeEnvelope, type Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { LetheEvent } from '../domain/events/catalogue.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { holdsOver, type Preservable } from '../domain/preservation/coverage.ts';
import { preservationDecider, type PreservationState } from '../domain/preservation/preservation.ts';
import type { Surroundings } from './context.ts';
import type { Draft, Recorder } from './recorder.ts';
import { PRESERVATION_STREAM } from './streams.ts';
import { stampOf, type Tenants } from './tenants.ts';

/** The holds and open erasures of each tenant, as its stream tells them: exact whenever a decision is stored. */
export interface Preservation {
  /** The state now, read from the log. */
  state(tenant: string): Promise<PreservationState>;
  /** Ids of the holds in force over an asset or subject. */
  holdsOver(tenant: string, what: Preservable): Promise<string[]>;
  /**
   * Decides on the state, appends on condition that it is still the state, and decides again if it is not: of a racing
   * hold and erasure exactly one wins. Answers with what was decided.
   */
  change<Decision extends { readonly events: readonly LetheEvent[] }>(
    tenant: string,
    actor: Actor,
    decide: (state: PreservationState) => Decision | Promise<Decision>,
  ): Promise<Decision & { readonly position: number }>;
}

interface Deps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly tenants: Tenants;
}

interface Loaded {
  readonly state: PreservationState;
  readonly revision: number;
}

const ATTEMPTS = 32;
const CACHED_TENANTS = 10_000;

export function createPreservation({ log, recorder, tenants, clock }: Deps): Preservation {
  /** A stream only grows: what was folded once is kept, and only what is new is read. */
  const folded = new Map<string, Loaded>();

  const load = async (tenant: string): Promise<Loaded> => {
    const known = folded.get(tenant);
    const events = await log.readStream(tenant, PRESERVATION_STREAM, known?.revision ?? -1);
    const envelopes = events.map(({ envelope }) => decodeEnvelope(envelope));
    const loaded = {
      state: fold(preservationDecider, envelopes, known?.state),
      revision: events.at(-1)?.revision ?? known?.revision ?? -1,
    };
    if (folded.size >= CACHED_TENANTS) folded.clear();
    folded.set(tenant, loaded);
    return loaded;
  };

  const change: Preservation['change'] = async (tenant, actor, decide) => {
    const stamp = stampOf(await tenants.get(tenant));
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { state, revision } = await load(tenant);
      const decision = await decide(state);
      if (decision.events.length === 0) return { ...decision, position: 0 };
      const time = clock.now();
      const drafts = decision.events.map((event): Draft => ({ ...event, actor, time }));
      const result = await recorder.append(recorder.prepare(stamp, drafts), [
        { tenant, stream: PRESERVATION_STREAM, revision },
      ]);
      if (result.status === 'appended') return { ...decision, position: result.positions.at(-1) ?? 0 };
    }
    throw new LetheError('log-conflict', 'holds and erasures keep changing; try again');
  };

  return {
    state: async tenant => (await load(tenant)).state,
    holdsOver: async (tenant, what) =>
      holdsOver((await load(tenant)).state, what, clock.now()).map(({ hold }) => hold),
    change,
  };
}

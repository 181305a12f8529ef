import { fold } from '../domain/decider.ts';
import { decodeEnvelope, type Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { termsDecider, type TermsCommand } from '../domain/terms/terms.ts';
import type { Surroundings } from './context.ts';
import type { Draft, Recorder } from './recorder.ts';
import { TERMS_STREAM } from './streams.ts';
import { stampOf, type Tenants } from './tenants.ts';

/** Negotiated terms (promise 12): one person proposes, another approves. */
export interface Terms {
  propose(
    tenant: string,
    contract: string,
    actor: Actor,
  ): Promise<{ readonly proposal: string; readonly position: number }>;
  /** Approving again changes nothing. Throws `terms-not-found`, `own-approval`. */
  approve(tenant: string, proposal: string, actor: Actor): Promise<{ readonly position: number }>;
}

interface Deps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
}

const ATTEMPTS = 8;

export function createTerms({ log, recorder, tenants, clock, random }: Deps): Terms {
  const change = async (tenant: string, command: TermsCommand, actor: Actor): Promise<number> => {
    const info = await tenants.get(tenant);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const stored = await log.readStream(tenant, TERMS_STREAM);
      const last = stored.at(-1);
      const state = fold(
        termsDecider,
        stored.map(({ envelope }) => decodeEnvelope(envelope)),
      );
      const events = termsDecider.decide(command, state);
      if (events.length === 0) return last?.position ?? 0;
      const time = clock.now();
      const drafts = events.map((event): Draft => ({ ...event, actor, time }));
      const result = await recorder.append(recorder.prepare(stampOf(info), drafts), [
        { tenant, stream: TERMS_STREAM, revision: last?.revision ?? -1 },
      ]);
      if (result.status === 'appended') return result.positions.at(-1) ?? 0;
    }
    throw new LetheError('log-conflict', 'the terms keep changing; try again');
  };

  return {
    propose: async (tenant, contract, actor) => {
      const proposal = random.uuidv7();
      const position = await change(tenant, { kind: 'propose', proposal, contract, by: actor.id }, actor);
      return { proposal, position };
    },
    approve: async (tenant, proposal, actor) => ({
      position: await change(tenant, { kind: 'approve', proposal, by: actor.id }, actor),
    }),
  };
}

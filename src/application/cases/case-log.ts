import { caseDecider, type CaseCommand, type KnownCase } from '../../domain/case/case.ts';
import { fold } from '../../domain/decider.ts';
import { LetheError } from '../../domain/errors.ts';
import type { LetheEvent } from '../../domain/events/catalogue.ts';
import { decodeEnvelope, type Actor, type AnyEnvelope } from '../../domain/events/envelope.ts';
import type { EventLog, StoredEvent } from '../../domain/ports/event-log.ts';
import type { Surroundings } from '../context.ts';
import type { Draft, Recorder } from '../recorder.ts';
import { caseStream } from '../streams.ts';
import { stampOf, type Tenants } from '../tenants.ts';

export interface CaseLogDeps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
}

export interface CaseEvent {
  readonly stored: StoredEvent;
  readonly envelope: AnyEnvelope;
}

/** A case as its own stream tells it: exact, not a view. */
export interface LoadedCase {
  readonly state: KnownCase;
  readonly events: readonly CaseEvent[];
  readonly revision: number;
  /** Position of its last event. */
  readonly position: number;
}

/** What a command came to. */
export interface ChangedCase {
  readonly state: KnownCase;
  readonly events: readonly LetheEvent[];
  readonly position: number;
}

const ATTEMPTS = 8;

/** Throws `case-not-found`, in the same words for a case of another tenant. */
export async function loadCase(log: EventLog, tenant: string, id: string): Promise<LoadedCase> {
  const stored = await log.readStream(tenant, caseStream(id));
  const events = stored.map(event => ({ stored: event, envelope: decodeEnvelope(event.envelope) }));
  const state = fold(
    caseDecider,
    events.map(({ envelope }) => envelope),
  );
  const last = stored.at(-1);
  if (state.status === 'unknown' || last === undefined) {
    throw new LetheError('case-not-found', 'there is no such case');
  }
  return { state, events, revision: last.revision, position: last.position };
}

export interface CaseChange {
  readonly tenant: string;
  readonly case: string;
  readonly actor: Actor;
  /** Made anew for each attempt: the time is the decision's. */
  readonly command: (state: KnownCase) => CaseCommand | Promise<CaseCommand>;
  /** What the events become beside being recorded: sealed parts, consequences in other streams. */
  readonly drafts?: (events: readonly LetheEvent[], state: KnownCase, context: DraftFacts) => Draft[];
}

export type DraftFacts = Pick<Draft, 'actor' | 'time'>;

/**
 * Decides on the case as it is, appends on condition that it still is, and decides again if it is not. Everything that
 * follows is in the same append, so all of it is on record or none. Throws `case-not-found` and what the decider throws.
 */
export async function changeCase(deps: CaseLogDeps, change: CaseChange): Promise<ChangedCase> {
  const { log, recorder, tenants, clock } = deps;
  const { tenant, case: id, actor, command, drafts = plainDrafts } = change;
  const stamp = stampOf(await tenants.get(tenant));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { state, revision, position } = await loadCase(log, tenant, id);
    // Before the decision: what is decided within a grant's time is not recorded as done after it.
    const time = clock.now();
    const events = caseDecider.decide(await command(state), state);
    if (events.length === 0) return { state, events, position };
    const prepared = recorder.prepare(stamp, drafts(events, state, { actor, time }));
    const result = await recorder.append(prepared, [{ tenant, stream: caseStream(id), revision }]);
    if (result.status === 'appended') return { state, events, position: result.positions.at(-1) ?? 0 };
  }
  throw new LetheError('log-conflict', 'the case keeps changing; try again');
}

export const plainDrafts = (events: readonly LetheEvent[], _state: KnownCase, context: DraftFacts): Draft[] =>
  events.map((event): Draft => ({ ...event, ...context, ...aboutAsset(event) }));

/** What concerns one asset is found by it in the trail. */
const aboutAsset = (event: LetheEvent): { readonly asset?: string } =>
  event.type === 'access.requested' || event.type === 'access.revealed' ? { asset: event.data.asset } : {};

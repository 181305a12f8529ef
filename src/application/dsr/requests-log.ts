import { fold } from '../../domain/decider.ts';
import { dsrDecider, type DsrCommand, type DsrState } from '../../domain/dsr/dsr.ts';
import { LetheError } from '../../domain/errors.ts';
import { decodeEnvelope, type Actor } from '../../domain/events/envelope.ts';
import type { EventLog, StoredEvent } from '../../domain/ports/event-log.ts';
import type { Surroundings } from '../context.ts';
import type { Draft, Recorder } from '../recorder.ts';
import { dsrStream } from '../streams.ts';
import { stampOf, type Tenants } from '../tenants.ts';

export type KnownDsr = Exclude<DsrState, { readonly status: 'unknown' }>;

export interface LoadedDsr {
  readonly state: KnownDsr;
  readonly revision: number;
  /** Position of its last event. */
  readonly position: number;
  /** The event that it came with, and what that one holds sealed. */
  readonly received: StoredEvent;
}

export interface RequestsLogDeps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly tenants: Tenants;
}

const ATTEMPTS = 8;

/** Throws `data-request-not-found`. */
export async function loadDsr(log: EventLog, tenant: string, dsr: string): Promise<LoadedDsr> {
  const events = await log.readStream(tenant, dsrStream(dsr));
  const state = fold(
    dsrDecider,
    events.map(({ envelope }) => decodeEnvelope(envelope)),
  );
  const [received] = events;
  const last = events.at(-1);
  if (state.status === 'unknown' || received === undefined || last === undefined) {
    throw new LetheError('data-request-not-found', 'there is no such data request');
  }
  return { state, received, revision: last.revision, position: last.position };
}

/** Decides on the request as it is, appends on condition that it still is, and decides again if it is not. */
export async function changeDsr(
  { log, recorder, tenants, clock }: RequestsLogDeps,
  tenant: string,
  dsr: string,
  actor: Actor,
  command: DsrCommand,
): Promise<LoadedDsr> {
  const stamp = stampOf(await tenants.get(tenant));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const loaded = await loadDsr(log, tenant, dsr);
    const { state, revision } = loaded;
    const events = dsrDecider.decide(command, state);
    if (events.length === 0) return loaded;
    const { subject } = state;
    const drafts = events.map((event): Draft => ({ ...event, actor, time: clock.now(), subject }));
    const stored = await recorder.append(recorder.prepare(stamp, drafts), [
      { tenant, stream: dsrStream(dsr), revision },
    ]);
    if (stored.status === 'appended') return loadDsr(log, tenant, dsr);
  }
  throw new LetheError('log-conflict', 'the data request keeps changing; try again');
}

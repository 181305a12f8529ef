import { MaxAppendSizeExceededError, NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client';
import { LetheError } from '../../domain/errors.ts';
import { offsetsInStream, streamKey, type PendingAppend } from '../log/pending-append.ts';
import { acknowledge, refuse, type Obstacle } from '../log/settle.ts';
import type { Warn } from '../log/news.ts';
import type { CatchUp, CatchUpDeps } from './catch-up.ts';
import type { Entry, Knowledge } from './log-index.ts';
import { toPhysical, type PhysicalEvent } from './physical-event.ts';

export interface FlushDeps extends CatchUpDeps {
  readonly catchUp: CatchUp;
  readonly warn: Warn;
  /** Told when events have been stored. */
  readonly onAppended: () => void;
}

/** What the events of a batch become, given the last revisions of their streams. */
function entriesOf(batch: readonly PendingAppend[], { revisions }: Knowledge): Entry[] {
  const offsets = offsetsInStream(batch);
  return batch
    .flatMap(({ events }) => events)
    .map((event, at) => ({
      ...event,
      revision: (revisions.get(streamKey(event)) ?? -1) + 1 + (offsets[at] ?? 0),
    }));
}

async function lookUp({ index }: FlushDeps, batch: readonly PendingAppend[]): Promise<Knowledge> {
  const events = batch.flatMap(append => append.events);
  const named = [...events, ...batch.flatMap(append => append.expectations)];
  const streams = new Map(named.map(name => [streamKey(name), name]));
  return index.lookUp(events, [...streams.values()]);
}

/** Duplicates, and expectations that do not hold, with items counted as `refuse` counts them. */
function obstaclesIn(batch: readonly PendingAppend[], { stored, revisions }: Knowledge): Obstacle[] {
  const duplicates = [...stored].map(([at, value]) => ({ kind: 'duplicate' as const, item: at + 1, value }));
  const conflicts = batch
    .flatMap(append => append.expectations)
    .flatMap((expectation, at) => {
      const value = revisions.get(streamKey(expectation)) ?? -1;
      return value === expectation.revision ? [] : [{ kind: 'conflict' as const, item: at + 1, value }];
    });
  return [...duplicates, ...conflicts];
}

/**
 * Appends right behind a position; false where the log has gone on since, and nothing was stored. An attempt whose outcome
 * is unknown is repeated as it was: by the ids of its events the store knows it again, and stores it once.
 */
async function appendBehind(
  { connection, stream }: FlushDeps,
  position: number,
  events: PhysicalEvent[],
): Promise<boolean> {
  const expectedRevision = position === 0 ? NO_STREAM : BigInt(position - 1);
  try {
    await connection.request('appending, retry with the same identities', client =>
      client.appendToStream(stream, events, { expectedRevision, requiresLeader: true }),
    );
    return true;
  } catch (error) {
    if (error instanceof WrongExpectedVersionError) return false;
    throw error;
  }
}

/** The events are stored by now, whatever becomes of the index: it can read them from the log. */
async function enter(
  deps: FlushDeps,
  position: number,
  entries: readonly Entry[],
  last: string,
): Promise<void> {
  try {
    deps.catchUp.reached(await deps.index.enter(position, last, entries));
  } catch (error) {
    deps.warn('the index of the log could not be carried on; it catches up later', error);
  }
}

/** One attempt behind the position that the index knows. Gives back what is not settled and has to be tried again. */
async function attempt(
  deps: FlushDeps,
  batch: readonly PendingAppend[],
  isCaughtUp: boolean,
): Promise<readonly PendingAppend[]> {
  const knowledge = await (isCaughtUp ? deps.catchUp.ask(() => lookUp(deps, batch)) : lookUp(deps, batch));
  const obstacles = obstaclesIn(batch, knowledge);
  // An index that is behind may see a conflict where there is none: only one that has caught up refuses anything.
  if (obstacles.length > 0) return isCaughtUp ? refuse(batch, obstacles) : batch;
  const entries = entriesOf(batch, knowledge);
  const events = batch.flatMap(append => append.events);
  const physical = events.map((event, at) => toPhysical(event, entries[at]?.revision ?? 0));
  const last = physical.at(-1);
  if (last !== undefined) {
    if (!(await appendBehind(deps, knowledge.position, physical))) return batch;
    await enter(deps, knowledge.position, entries, last.id);
    deps.onAppended();
  } else if (!isCaughtUp) return batch;
  acknowledge(batch, knowledge.position);
  return [];
}

async function store(deps: FlushDeps, batch: readonly PendingAppend[]): Promise<void> {
  let left = await attempt(deps, batch, false);
  while (left.length > 0) left = await attempt(deps, left, true);
}

const tooLarge = (error: MaxAppendSizeExceededError): LetheError =>
  new LetheError(
    'append-too-large',
    `the log takes at most ${error.maxAppendSize} bytes at once: send fewer events in one request`,
    { details: { maxBytes: error.maxAppendSize }, cause: error },
  );

/**
 * Stores a batch and settles each of its appends; never rejects itself. What is too large together is sent one by one; what
 * is too large alone is refused whole.
 */
export async function flush(deps: FlushDeps, batch: readonly PendingAppend[]): Promise<void> {
  try {
    await store(deps, batch);
  } catch (error) {
    const isTooLarge = error instanceof MaxAppendSizeExceededError;
    if (isTooLarge && batch.length > 1) for (const append of batch) await flush(deps, [append]);
    else for (const append of batch) append.reject(isTooLarge ? tooLarge(error) : error);
  }
}

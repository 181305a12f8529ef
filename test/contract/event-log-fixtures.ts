import { randomUUID } from 'node:crypto';
import type { AppendResult, EventLog, NewEvent, StoredEvent } from '../../src/domain/ports/event-log.ts';

export const TENANT = '7b1f2a34-5c6d-4e8f-9a0b-1c2d3e4f5a6b';
export const OTHER_TENANT = '0d9c8b7a-6f5e-4d3c-8b2a-1908f7e6d5c4';

/** An event with an identity of its own. */
export function newEvent(changes: Partial<NewEvent> = {}): NewEvent {
  const id = randomUUID();
  return {
    tenant: TENANT,
    stream: `asset/${id}`,
    source: 'test',
    sourceId: id,
    type: 'upload.received',
    envelope: Buffer.from(JSON.stringify({ id })),
    sealed: Buffer.from(`sealed ${id}`),
    ...changes,
  };
}

export const newEvents = (count: number, changes: Partial<NewEvent> = {}): NewEvent[] =>
  Array.from({ length: count }, () => newEvent(changes));

/** The positions given, or a failure that shows the result. */
export function positionsOf(result: AppendResult): readonly number[] {
  if (result.status !== 'appended') throw new Error(`not appended: ${JSON.stringify(result)}`);
  return result.positions;
}

/** What the caller gave of a stored event, for comparison. */
export function given({ position, revision, recordedAt, ...event }: StoredEvent): NewEvent {
  if (position < 1 || revision < 0 || Number.isNaN(recordedAt.getTime()))
    throw new Error('not a stored event');
  return event;
}

export async function wholeLog(log: EventLog): Promise<StoredEvent[]> {
  return log.readAll(0, 1_000_000);
}

/** Follows from `after` until `count` events have come. */
export async function follow(
  log: EventLog,
  after: number,
  count: number,
  batchSize = 100,
): Promise<StoredEvent[]> {
  const stop = new AbortController();
  const events: StoredEvent[] = [];
  for await (const batch of log.subscribe(after, { batchSize, signal: stop.signal })) {
    events.push(...batch);
    if (events.length >= count) stop.abort();
  }
  return events;
}

export const oneTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

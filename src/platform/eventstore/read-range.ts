import { BACKWARDS, END, StreamNotFoundError, type EventStoreDBClient } from '@eventstore/db-client';
import type { Connection } from './connection.ts';
import { damaged } from './failures.ts';
import type { ReadEvent } from './physical-event.ts';

/** Events that one request asks for: an answer stays short enough to be repeated whole. */
const PAGE = 1_000;

type Selection = Parameters<EventStoreDBClient['readStream']>[1];

async function page(client: EventStoreDBClient, stream: string, selection: Selection): Promise<ReadEvent[]> {
  const reading = client.readStream(stream, { ...selection, requiresLeader: true });
  // An error that comes after the loop has ended would end the process.
  reading.on('error', () => undefined);
  const events: ReadEvent[] = [];
  try {
    for await (const { event } of reading) if (event !== undefined) events.push(event);
  } catch (error) {
    if (!(error instanceof StreamNotFoundError)) throw error;
  }
  return events;
}

/** A log has no gaps: where events are missing somebody has truncated or scavenged it. */
function assertWhole(events: readonly ReadEvent[], after: number): void {
  const gap = events.findIndex((event, at) => Number(event.revision) !== after + at);
  if (gap !== -1) throw damaged(after + gap + 1, 'is missing');
}

/** The events behind position `after`, in order, at most `limit`; from the leader, so that none that was acknowledged is missing. */
export async function readRange(
  connection: Connection,
  stream: string,
  after: number,
  limit: number,
): Promise<ReadEvent[]> {
  const events: ReadEvent[] = [];
  while (events.length < limit) {
    const from = after + events.length;
    const maxCount = Math.min(PAGE, limit - events.length);
    const next = await connection.request('reading', client =>
      page(client, stream, { fromRevision: BigInt(from), maxCount }),
    );
    assertWhole(next, from);
    events.push(...next);
    if (next.length < maxCount) break;
  }
  return events;
}

/** Undefined while the stream is empty. */
export async function readLast(connection: Connection, stream: string): Promise<ReadEvent | undefined> {
  const last = await connection.request('reading its end', client =>
    page(client, stream, { fromRevision: END, direction: BACKWARDS, maxCount: 1 }),
  );
  return last[0];
}

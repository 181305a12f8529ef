import { ANY } from '@eventstore/db-client';
import { randomUUID } from 'node:crypto';
import type { Connection } from './connection.ts';
import { readLast } from './read-range.ts';

/** The store's clock is asked again after this; in between this process only measures how long ago that was. */
const SAMPLE_LIFE_MS = 60_000;

interface Sample {
  /** By the store's clock. */
  readonly time: number;
  /** By this process's monotonic clock, when the answer was there. */
  readonly taken: number;
}

/** The store tells the time only by what it records: one small event in a stream of its own, of which it keeps the last. */
async function sample(connection: Connection, stream: string): Promise<Sample> {
  const event = {
    id: randomUUID(),
    type: 'tick',
    contentType: 'application/json',
    data: {},
    metadata: {},
  } as const;
  const { nextExpectedRevision } = await connection.request('asking the time', client =>
    client.appendToStream(stream, [event], { expectedRevision: ANY, requiresLeader: true }),
  );
  if (nextExpectedRevision === 0n)
    await connection.request('keeping one tick', client => client.setStreamMetadata(stream, { maxCount: 1 }));
  const last = await readLast(connection, stream);
  return { time: last?.created.getTime() ?? 0, taken: performance.now() };
}

/**
 * The clock of the store, and not of the caller: the time that the store recorded, plus what has elapsed since by a clock
 * that nobody can set. Never ahead of the store's, behind it by a round trip at most, and never behind what the log has
 * recorded: what depends on it comes late rather than early.
 */
export function createLogClock(connection: Connection, stream: string): () => Promise<Date> {
  let known: Promise<Sample> | undefined;
  let expires = 0;
  const fresh = (): Promise<Sample> => {
    if (known !== undefined && performance.now() < expires) return known;
    expires = performance.now() + SAMPLE_LIFE_MS;
    const asked = sample(connection, `${stream}-clock`);
    known = asked;
    asked.catch(() => {
      if (known === asked) known = undefined;
    });
    return asked;
  };
  return async () => {
    const { time, taken } = await fresh();
    const last = await readLast(connection, stream);
    return new Date(Math.max(time + Math.floor(performance.now() - taken), last?.created.getTime() ?? 0));
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { StoredEvent } from '../../src/domain/ports/event-log.ts';
import { createPostgresEventLog } from '../../src/platform/postgres/event-log.ts';
import { createPool } from '../../src/platform/postgres/pool.ts';
import type { TestService } from '../support/service.ts';

/** Somebody who follows the log through every interruption and remembers what it was shown. */
export interface Reader {
  readonly seen: readonly StoredEvent[];
  /** Reads on to the position, then ends. */
  finishAt(position: number): Promise<void>;
}

type Follow = (
  log: ReturnType<typeof createPostgresEventLog>,
  after: number,
  take: (events: readonly StoredEvent[]) => void,
  signal: AbortSignal,
) => Promise<void>;

const RETRY_MS = 20;
const BATCH = 500;

/** Asks again and again for what comes after the last event. */
export const polling: Follow = async (log, after, take, signal) => {
  let last = after;
  while (!signal.aborted) {
    const events = await log.readAll(last, BATCH, { withoutSealed: true });
    take(events);
    last = events.at(-1)?.position ?? last;
    if (events.length === 0) await delay(RETRY_MS);
  }
};

/** Subscribes once for each life of the database. */
export const subscribing: Follow = async (log, after, take, signal) => {
  const batches = log.subscribe(after, { batchSize: BATCH, withoutSealed: true, signal });
  for await (const events of batches) take(events);
};

export function startReader(service: TestService, follow: Follow): Reader {
  const seen: StoredEvent[] = [];
  const ended = new AbortController();
  let target = Number.POSITIVE_INFINITY;
  const take = (events: readonly StoredEvent[]): void => {
    seen.push(...events);
    if ((seen.at(-1)?.position ?? 0) >= target) ended.abort();
  };
  const run = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      await oneLife(service, follow, seen.at(-1)?.position ?? 0, take, ended.signal);
      await delay(RETRY_MS);
    }
  };
  const running = run();
  running.catch(() => undefined);
  onTestFinished(() => ended.abort());
  return {
    seen,
    finishAt: async position => {
      target = position;
      take([]);
      await running;
    },
  };
}

/** Follows until the connection breaks: then it is for the next life to go on from there. */
async function oneLife(
  service: TestService,
  follow: Follow,
  after: number,
  take: (events: readonly StoredEvent[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const life = new AbortController();
  const either = AbortSignal.any([signal, life.signal]);
  // Absent while a database is being started, and when the test is over.
  const connectionString = await service.databaseUrl().catch(() => undefined);
  if (connectionString === undefined) return;
  const writer = createPool({
    connectionString,
    role: 'lethe_writer',
    max: 3,
    applicationName: 'lethe-test-reader',
    onError: () => life.abort(),
  });
  const log = createPostgresEventLog({ writer, connectionString, warn: () => life.abort() });
  try {
    await follow(log, after, take, either);
  } catch {
    // The database is gone for the moment.
  } finally {
    await log.close().catch(() => undefined);
    await writer.end().catch(() => undefined);
  }
}

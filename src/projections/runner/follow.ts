import type { EventLog, StoredEvent } from '../../domain/ports/event-log.ts';
import type { Cohort } from './cohort.ts';
import { decodeBatch, type DecodedBatch } from './decode.ts';

/** Feeds the cohort from the log, the next batch being read and decoded while this one is applied. Ends when the
 * signal aborts or no lane is left; throws when the log cannot be read. */
export async function follow(
  log: EventLog,
  cohort: Cohort,
  batchSize: number,
  signal: AbortSignal,
  rest: (batch: DecodedBatch, tookMs: number) => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  const batches = log.subscribe(cohort.start(), {
    batchSize,
    withoutSealed: true,
    signal: AbortSignal.any([signal, done.signal]),
  });
  const decoded = decodeAll(batches);
  let next = decoded.next();
  try {
    for (let batch = await next; batch.done !== true; batch = await next) {
      next = decoded.next();
      const began = performance.now();
      await cohort.feed(batch.value);
      if (cohort.empty) return;
      await rest(batch.value, performance.now() - began);
    }
  } finally {
    // The batch that is being fetched may wait for an event that never comes: end it, and see how it ended.
    done.abort();
    await next.catch(() => undefined);
  }
}

async function* decodeAll(
  batches: AsyncIterable<readonly StoredEvent[]>,
): AsyncGenerator<DecodedBatch, undefined> {
  for await (const batch of batches) yield decodeBatch(batch);
}

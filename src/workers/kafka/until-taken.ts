import { setTimeout as delay } from 'node:timers/promises';
import type { FeedBatch } from '../../domain/ports/message-feed.ts';

const FIRST_MS = 100;
const LONGEST_MS = 10_000;
const LOOK_EVERY_MS = 1_000;

export interface Patience {
  readonly batch: Pick<FeedBatch, 'requireOurs'>;
  readonly signal: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Repeats the work until it succeeds, after waits that grow and differ, so that many who wait for the same thing do not
 * come back at once. Rejects when the batch is another consumer's, or when the signal aborts, and for nothing else.
 */
export async function untilTaken<T>(
  { batch, signal, onFailure }: Patience,
  work: () => Promise<T>,
): Promise<T> {
  for (let wait = FIRST_MS; ; wait = Math.min(2 * wait, LONGEST_MS)) {
    signal.throwIfAborted();
    batch.requireOurs();
    try {
      return await work();
    } catch (error) {
      onFailure(error);
    }
    await rest(wait * (0.5 + Math.random() / 2), batch, signal);
  }
}

/** Waits, unless meanwhile another consumer has the batch. */
export async function rest(ms: number, batch: Patience['batch'], signal: AbortSignal): Promise<void> {
  for (let left = ms; left > 0; left -= LOOK_EVERY_MS) {
    await delay(Math.min(left, LOOK_EVERY_MS), undefined, { signal });
    batch.requireOurs();
  }
}

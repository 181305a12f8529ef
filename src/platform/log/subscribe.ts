import type { ReadOptions, StoredEvent, SubscribeOptions } from '../../domain/ports/event-log.ts';
import type { News, Warn } from './news.ts';
import { isLogUnavailable } from './unavailable.ts';

export type ReadAll = (after: number, limit: number, options: ReadOptions) => Promise<StoredEvent[]>;

/** The promise's value, or undefined as soon as the signal aborts: a read under way is then left to itself. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const abort = (): void => resolve(undefined);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** Follows the log from `after`. While the log is away it waits; any other error ends the subscription. */
export async function* subscribe(
  readAll: ReadAll,
  news: News,
  warn: Warn,
  after: number,
  options: SubscribeOptions,
): AsyncGenerator<readonly StoredEvent[]> {
  const { batchSize, signal, ...read } = options;
  const next = (position: number): Promise<StoredEvent[]> =>
    readAll(position, batchSize, read).catch((error: unknown) => {
      if (!isLogUnavailable(error)) throw error;
      warn('the log cannot be read: trying again', error);
      return [];
    });
  let position = after;
  while (!signal.aborted) {
    const version = news.version();
    const batch = await untilAborted(next(position), signal);
    const last = batch?.at(-1);
    if (batch === undefined) return;
    if (last === undefined) {
      await news.changed(version, signal);
      continue;
    }
    position = last.position;
    yield batch;
  }
}

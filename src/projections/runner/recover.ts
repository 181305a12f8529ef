import type { EventLog } from '../../domain/ports/event-log.ts';
import { decodeBatch } from './decode.ts';
import type { Lane } from './lane.ts';

export interface RecoverOptions {
  readonly log: EventLog;
  readonly batchSize: number;
  /** Milliseconds before the first retry; doubled from one to the next, up to `longest`. */
  readonly backoff: { readonly first: number; readonly longest: number };
  readonly signal: AbortSignal;
  readonly pause: (ms: number) => Promise<void>;
  readonly onError: (error: unknown, events: number) => void;
}

const NARROWING = 8;

/**
 * Brings one lane forward by itself until `joined` says that it is in step again. After a failure the batch narrows,
 * down to the one event that is to blame, and widens again behind it; only at that event does it wait. A lane that
 * has just failed must take a whole batch before it may join, or it would fall again at once.
 */
export async function recover(lane: Lane, joined: () => boolean, options: RecoverOptions): Promise<void> {
  const stopped = (): boolean => options.signal.aborted;
  let limit = options.batchSize;
  let wait = options.backoff.first;
  while (!stopped()) {
    try {
      await step(lane, limit, options.log);
      if (limit === options.batchSize && joined()) return;
      limit = Math.min(limit * 2, options.batchSize);
      wait = options.backoff.first;
    } catch (error) {
      if (stopped()) return;
      options.onError(error, limit);
      if (limit === 1) {
        await options.pause(wait);
        wait = Math.min(wait * 2, options.backoff.longest);
      }
      limit = Math.max(1, Math.floor(limit / NARROWING));
    }
  }
}

async function step(lane: Lane, limit: number, log: EventLog): Promise<void> {
  const batch = decodeBatch(await log.readAll(lane.position, limit, { withoutSealed: true }));
  await lane.feed(batch.events);
  if (batch.poison !== undefined) throw batch.poison;
}

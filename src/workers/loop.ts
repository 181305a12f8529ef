import { setTimeout as delay } from 'node:timers/promises';
import { tracedRound } from './traced-round.ts';

export interface Worker {
  readonly name: string;
  /** Also after a stop, once that has resolved. */
  start(): void;
  /** Resolves when the work in flight is done. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly name: string;
  /** Pause after a round that found nothing to do, milliseconds. */
  readonly idleMs: number;
  /** One round; answers whether there was work, in which case the next follows at once. */
  readonly round: (signal: AbortSignal) => Promise<boolean>;
  readonly onError: (error: unknown) => void;
  /** The longest pause after failures, milliseconds. Default 5,000. */
  readonly longestMs?: number;
}

/** What an outage held up goes on as soon after it as anybody would notice. */
const LONGEST_BACKOFF_MS = 5_000;

/** Repeats a round until stopped. A round that fails is reported and tried again, more and more slowly. */
export function createLoop({ name, idleMs, round, onError, longestMs }: LoopOptions): Worker {
  let abort = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const run = async (signal: AbortSignal): Promise<void> => {
    let failures = 0;
    while (!signal.aborted) {
      let wait = idleMs;
      try {
        if (await tracedRound(name, () => round(signal))) wait = 0;
        failures = 0;
      } catch (error) {
        failures++;
        wait = Math.min(idleMs * 2 ** failures, longestMs ?? LONGEST_BACKOFF_MS);
        onError(error);
      }
      if (wait > 0) await delay(wait, undefined, { signal }).catch(() => undefined);
    }
  };

  return {
    name,
    start: () => {
      abort = new AbortController();
      running = run(abort.signal);
    },
    stop: async () => {
      abort.abort();
      await running;
    },
  };
}

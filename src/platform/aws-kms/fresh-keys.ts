import { setTimeout as delay } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { LetheError } from '../../domain/errors.ts';

const REMEMBERED = 1_000;
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [20, 500];

/** Keys and aliases that this process has just made. AWS KMS is eventually consistent: for seconds it may not find them. */
export interface FreshKeys {
  add(name: string): void;
  /** Runs again while the name is fresh and the answer is `kms-key-not-found`. */
  patiently<T>(name: string, run: () => Promise<T>): Promise<T>;
}

export function createFreshKeys(freshMs: number): FreshKeys {
  const fresh = new LRUCache<string, true>({ max: REMEMBERED, ttl: freshMs });
  return {
    add: name => void fresh.set(name, true),
    patiently: async (name, run) => {
      for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
        try {
          return await run();
        } catch (error) {
          if (!fresh.has(name) || !isNotFound(error)) throw error;
        }
        await delay(waitMs);
      }
    },
  };
}

const isNotFound = (error: unknown): boolean =>
  error instanceof LetheError && error.code === 'kms-key-not-found';

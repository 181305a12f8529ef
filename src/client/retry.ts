import type { LetheClientError } from './errors.ts';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;

/** Statuses of 502 and 504 come from a gateway; the service's own say that the same request may be sent again. */
const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Whether the same request may succeed later. */
export const isPassing = ({ code, status }: LetheClientError): boolean =>
  code === 'unreachable' || code === 'log-conflict' || PASSING.has(status ?? 0);

/** Whether the service said that it did nothing: then even what is not safe to repeat may be sent again. */
export const hasDoneNothing = ({ problem, status }: LetheClientError): boolean =>
  problem !== undefined && (status === 429 || status === 503);

/**
 * How long to wait after an attempt (from 1), milliseconds: exponential, half of it random, so that clients that failed
 * together do not come back together; never less than what the answer asked for. `random` is in [0, 1).
 */
export function waitAfter(attempt: number, retryAfterMs = 0, random: number = Math.random()): number {
  const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempt - 1));
  return retryAfterMs + backoff * (retryAfterMs > 0 ? random / 2 : 0.5 + random / 2);
}

export const sleep = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms));

import type { RecordedEvent } from './events.ts';
import type { Problem as DescribedProblem } from './openapi.ts';

/** RFC 9457 problem details, with the members that some codes add, such as the proof of an erasure. */
export type Problem = DescribedProblem & Readonly<Record<string, unknown>>;

/**
 * Codes of the client itself. unreachable: no answer within the patience, and what was sent may have arrived ·
 * answer-unreadable: an answer, but not one of the service · closed: the client takes nothing more.
 */
export type ClientCode = 'unreachable' | 'answer-unreadable' | 'closed';

export type ErrorCode = Problem['code'] | ClientCode;

interface Details {
  readonly problem?: Problem | undefined;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly event?: RecordedEvent | undefined;
  readonly cause?: unknown;
}

/** Why a call failed. `code` is stable; the service says at `/problems/{code}` what it means and what to mend. */
export class LetheClientError extends Error {
  override readonly name = 'LetheClientError';
  readonly code: ErrorCode;
  /** What the service answered, where it answered. */
  readonly problem: Problem | undefined;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;
  /** What the answer asks to wait, milliseconds. */
  readonly retryAfterMs: number | undefined;
  // Private, so that no logger prints the personal data of an event together with the error.
  readonly #event: RecordedEvent | undefined;

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.code = code;
    this.problem = details.problem;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.#event = details.event;
  }

  /** The event that was not recorded, with the id that it was sent under: recording it again cannot double it. */
  get event(): RecordedEvent | undefined {
    return this.#event;
  }

  /** The same failure, said of one event. */
  of(event: RecordedEvent): LetheClientError {
    const { code, message, problem, status, retryAfterMs } = this;
    return new LetheClientError(code, message, { problem, status, retryAfterMs, event, cause: this.cause });
  }
}

/** Whatever else fails on the way, a lost connection or the source of the key, is `unreachable`; the cause says more. */
export const asClientError = (thrown: unknown): LetheClientError =>
  thrown instanceof LetheClientError
    ? thrown
    : new LetheClientError('unreachable', 'no answer from the service', { cause: thrown });

/** The error that an answer stands for, once its body is read. */
export function errorOf(response: Response, body: string): LetheClientError {
  const { status } = response;
  const retryAfterMs = millisecondsOf(response.headers.get('retry-after'), Date.now());
  const problem = problemOf(body);
  if (problem === undefined) {
    const message = `the answer has status ${status} and is no problem of the service`;
    return new LetheClientError('answer-unreadable', message, { status, retryAfterMs });
  }
  return new LetheClientError(problem.code, problem.detail, { problem, status, retryAfterMs });
}

function problemOf(body: string): Problem | undefined {
  try {
    const parsed = JSON.parse(body) as Partial<Problem> | null;
    return typeof parsed?.code === 'string' && typeof parsed.detail === 'string'
      ? (parsed as Problem)
      : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 9110 §10.2.3: Retry-After holds seconds, or a date. */
function millisecondsOf(retryAfter: string | null, now: number): number | undefined {
  if (retryAfter === null) return undefined;
  const seconds = Number(retryAfter);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(retryAfter) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

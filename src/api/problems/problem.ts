import type { Fault } from '../../domain/errors.ts';
import { LetheError } from '../../domain/errors.ts';
import { isProblemCode, PROBLEMS, type ProblemCode } from './codes.ts';
import type { ProblemKind } from './kind.ts';

export const PROBLEM_TYPE = 'application/problem+json';

/** RFC 9457 problem details, with the stable code, the faults of a batch and the error's details beside them. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail: string;
  /** URN of the request's id, which the log line of the failure carries too. */
  readonly instance: string;
  readonly errors?: readonly Fault[];
}

/** How an error answers: the problem, and the headers that its status calls for. */
export interface ProblemAnswer {
  readonly problem: Problem & Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Turns whatever was thrown into a LetheError that may be shown: what is not part of the contract becomes `internal`. */
export function toLetheError(error: unknown): LetheError {
  if (error instanceof LetheError && isProblemCode(error.code)) return error;
  const code = fastifyCode(error);
  if (code !== undefined) return new LetheError(code, PROBLEMS[code].mend, { cause: error });
  return new LetheError('internal', PROBLEMS.internal.mend, { cause: error });
}

/** The answer to an error. `requestId` is a UUID. */
export function answerTo(error: LetheError, requestId: string): ProblemAnswer {
  const code = isProblemCode(error.code) ? error.code : 'internal';
  const { status, title }: ProblemKind = PROBLEMS[code];
  return {
    problem: {
      // Details first: none of them can replace a member that RFC 9457 defines.
      ...error.details,
      type: `/problems/${code}`,
      title,
      status,
      code,
      detail: error.message,
      instance: `urn:uuid:${requestId}`,
      ...(error.faults.length === 0 ? {} : { errors: error.faults }),
    },
    headers: headersOf(code, error),
  };
}

function headersOf(code: ProblemCode, error: LetheError): Record<string, string> {
  const kind: ProblemKind = PROBLEMS[code];
  if (kind.status === 401) return { 'www-authenticate': challenge(code) };
  const { retryAfter = kind.retryAfter } = error.details;
  return typeof retryAfter === 'number' ? { 'retry-after': String(Math.ceil(retryAfter)) } : {};
}

/** RFC 6750 §3: a request without a credential is told the scheme only; a bad one why. */
const challenge = (code: ProblemCode): string =>
  code === 'credential-missing' ? 'Bearer' : 'Bearer error="invalid_token"';

const BY_FASTIFY_CODE: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-json',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid-request',
  FST_ERR_BAD_URL: 'invalid-request',
  FST_ERR_MAX_PARAM_LENGTH: 'invalid-request',
  FST_ERR_ASYNC_CONSTRAINT: 'invalid-request',
  FST_ERR_NOT_FOUND: 'not-found',
};

function fastifyCode(error: unknown): ProblemCode | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return BY_FASTIFY_CODE[error.code];
}

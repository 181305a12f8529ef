import {
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { LetheError } from '../../domain/errors.ts';
import { logUnavailable } from '../log/unavailable.ts';

/** These are answers: the server lives, and the same again is answered the same. */
const ANSWERS = [
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
];
/** These come from code, not from a server. */
const DEFECTS = [LetheError, TypeError, RangeError, SyntaxError];

/** Nobody knows what became of the request, or it may go better at another time or with another node of the cluster. */
export const isPassing = (error: unknown): boolean =>
  error instanceof Error && ![...ANSWERS, ...DEFECTS].some(kind => error instanceof kind);

/** What an answer that is none of the log's own means to whoever asked. */
export function meaningOf(error: unknown): unknown {
  if (error instanceof StreamDeletedError)
    return new LetheError('log-damaged', 'the stream of the log has been deleted', { cause: error });
  if (error instanceof AccessDeniedError)
    return logUnavailable('the server denies access to the log: mend the rights of its user', error);
  return error;
}

/** The log holds at this position what Lethe has not written there: nothing behind it can be relied on. */
export const damaged = (position: number, what: string): LetheError =>
  new LetheError('log-damaged', `position ${position} of the log ${what}`, { details: { position } });

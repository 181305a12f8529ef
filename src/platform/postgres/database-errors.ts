import pg from 'pg';
import { LetheError } from '../../domain/errors.ts';

/** SQLSTATE classes 40 (rolled back, try again) and 53 (short of a resource). */
const TRANSIENT = /^(40|53)/;
/** 08: connection; 57P: the server is shutting down, starting or crashed. */
const CONNECTION_LOST = /^(08|57P)/;

/** The network below, as Node.js names its errors. */
const NETWORK =
  /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
/** What pg and its pool tell of a connection by words alone. */
const CONNECTION_WORDS =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|timeout exceeded when trying to connect)/;

/** These come from code, not from a connection. */
const KNOWN_DEFECTS = [LetheError, TypeError, RangeError];

export const sqlState = (error: unknown): string | undefined =>
  error instanceof pg.DatabaseError ? error.code : undefined;

/** The server answered that the statement failed and went on living: nothing of it was stored. */
export const isRolledBack = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && error.severity === 'ERROR' && !CONNECTION_LOST.test(error.code ?? '');

/** Rolled back, and the same again may succeed. */
export const isTransient = (error: unknown): boolean =>
  isRolledBack(error) && TRANSIENT.test(sqlState(error) ?? '');

/** The connection failed: of a write, nobody knows whether it was stored. */
export const isConnectionLost = (error: unknown): boolean =>
  error instanceof Error && !isRolledBack(error) && !KNOWN_DEFECTS.some(defect => error instanceof defect);

/**
 * The database does not answer, or has rolled back what may succeed later (a full disk, say), whatever was asked of it: for
 * those who may have got another error as well.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return !isRolledBack(error) || isTransient(error);
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return NETWORK.test(code) || CONNECTION_WORDS.test(error.message);
}

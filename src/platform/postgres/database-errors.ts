import pg from 'pg';
import { LetheError } from '../../domain/errors.ts';

/** SQLSTATE classes 40 (rolled back, try again) and 53 (short of a resource). */
const TRANSIENT = /^(40|53)/;
/** 08: connection; 57P: the server is shutting down, starting or crashed. */
const CONNECTION_LOST = /^(08|57P)/;

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

export const logUnavailable = (message: string, cause: unknown): LetheError =>
  new LetheError('log-unavailable', message, { cause });

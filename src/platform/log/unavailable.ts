import { LetheError } from '../../domain/errors.ts';

/** The log does not answer. Of a write nobody knows then whether it was stored, unless the message says so. */
export const logUnavailable = (message: string, cause: unknown): LetheError =>
  new LetheError('log-unavailable', message, { cause });

export const isLogUnavailable = (error: unknown): boolean =>
  error instanceof LetheError && error.code === 'log-unavailable';

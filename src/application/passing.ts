import type { LetheError } from '../domain/errors.ts';

const PASSING: ReadonlySet<string> = new Set([
  'epoch-closed',
  'key-store-conflict',
  'kms-unavailable',
  'log-conflict',
  'log-damaged',
  'log-unavailable',
]);

/** Whether a refusal says nothing of what was asked for, so that the same may succeed later. */
export const isPassing = (error: LetheError): boolean => PASSING.has(error.code);

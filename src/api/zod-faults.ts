import type { z } from 'zod';
import type { Fault } from '../domain/errors.ts';

/** A name that a schema could have given: anything else in a path came from the caller and may be personal. */
const SCHEMA_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const MAX_FAULTS = 100;

/**
 * One fault a field of a failed parse: the path and what to mend, never the value nor a key that the caller made up.
 * Lists at most 100 faults.
 */
export function faultsOf(error: z.ZodError, at: Pick<Fault, 'index' | 'line'> = {}): Fault[] {
  return error.issues.slice(0, MAX_FAULTS).map(issue => ({
    ...at,
    field: pathOf(issue),
    code: 'invalid-field',
    message: messageOf(issue),
  }));
}

function pathOf(issue: z.core.$ZodIssue): string {
  // The last step of an invalid key is that key itself.
  const path = issue.code === 'invalid_key' ? issue.path.slice(0, -1) : issue.path;
  return path
    .map(step => (typeof step === 'number' || SCHEMA_NAME.test(String(step)) ? String(step) : '*'))
    .join('.');
}

function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'has a field that is not known';
  if (issue.code === 'invalid_key') return 'has a key that is not allowed';
  return issue.message;
}

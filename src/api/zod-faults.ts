import type { z } from 'zod';
import type { Fault } from '../domain/errors.ts';
import { adviceOf, fieldOf, flatIssues } from '../domain/schema-faults.ts';

const MAX_FAULTS = 100;

/**
 * One fault a field of a failed parse: the path and what to mend, never the value nor a key that the caller made up.
 * Lists at most 100 faults.
 */
export function faultsOf(error: z.ZodError, at: Pick<Fault, 'index' | 'line'> = {}): Fault[] {
  return flatIssues(error.issues)
    .slice(0, MAX_FAULTS)
    .map(issue => ({
      ...at,
      field: fieldOf(issue),
      code: 'invalid-field',
      message: adviceOf(issue),
    }));
}

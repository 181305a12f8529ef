import type { z } from 'zod';

/** A name that a schema could have given: anything else in a path came from the caller and may be personal. */
const SCHEMA_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** Where an issue stands, never with a key that the caller made up. */
export function fieldOf(issue: z.core.$ZodIssue): string {
  // The last step of an invalid key is that key itself.
  const path = issue.code === 'invalid_key' ? issue.path.slice(0, -1) : issue.path;
  return path
    .map(step => (typeof step === 'number' || SCHEMA_NAME.test(String(step)) ? String(step) : '*'))
    .join('.');
}

/** What to mend; the messages of our schemas never repeat the value, and zod's own are replaced where they would. */
export function adviceOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') return 'has a field that is not known';
  if (issue.code === 'invalid_key') return 'has a key that is not allowed';
  return issue.message;
}

/** The issues of a failed parse; of alternatives none of which fits, those of the one that fits best. */
export function flatIssues(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  return issues.flatMap(issue => {
    if (issue.code !== 'invalid_union') return issue;
    const [nearest] = [...issue.errors].sort((one, other) => one.length - other.length);
    if (nearest === undefined || nearest.length === 0) return issue;
    return flatIssues(nearest).map(inner => ({ ...inner, path: [...issue.path, ...inner.path] }));
  });
}

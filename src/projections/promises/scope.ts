import { CLAUSES, PACK_LETTERS } from '../../domain/policy/clauses.ts';
import type { PolicyVersion } from '../policies/queries.ts';

/**
 * Under which versions a promise was made. What was done while the tenant's policy made no such promise is not held against
 * it; what was done under a version that there is not, is.
 */
export interface Scope {
  /** Versions whose pack makes the promise. */
  readonly promised: readonly PolicyVersion[];
  /** Numbers of those whose pack does not. */
  readonly unpromised: readonly number[];
  /** Log positions under those: from `since[i]` on, before `until[i]`. */
  readonly since: readonly number[];
  readonly until: readonly number[];
}

/** `versions` oldest first. Of a promise that the present pack does not make, every version is asked. */
export function scopeOf(number: number, versions: readonly PolicyVersion[]): Scope {
  const packs = CLAUSES.find(clause => clause.number === number)?.packs ?? [];
  const makes = ({ policy }: PolicyVersion): boolean => packs.includes(PACK_LETTERS[policy.pack]);
  const newest = versions.at(-1);
  const isMade = newest !== undefined && makes(newest);
  const without = versions.filter(version => isMade && !makes(version));
  return {
    promised: versions.filter(version => !without.includes(version)),
    unpromised: without.map(({ version }) => version),
    since: without.map(({ position }) => position),
    until: without.map(({ version }) => nextPosition(versions, version)),
  };
}

const nextPosition = (versions: readonly PolicyVersion[], version: number): number =>
  versions.find(other => other.version > version)?.position ?? Number.MAX_SAFE_INTEGER;

/** SQL: whether a row of that position counts. `since` and `until` name the parameters with the two lists. */
export const promisedSql = (position: string, since: string, until: string): string => `(not exists (
  select from unnest(${since}::bigint[], ${until}::bigint[]) as other (since, until)
  where ${position} >= other.since and ${position} < other.until))`;

import { LetheError } from '../errors.ts';
import type { ClauseReference } from './clauses.ts';
import { LINT_RULES } from './lint-rules.ts';
import type { Policy } from './policy.ts';

export const CONFLICT_CODES = [
  'policy-minimum-exceeds-maximum',
  'policy-maximum-below-abuse-minimum',
  'policy-window-below-promise',
  'policy-training-promised-none',
  'policy-history-not-stored',
  'policy-model-region-outside-promise',
  'policy-subprocessor-outside-promise',
  'policy-erasure-sla-too-long',
  'policy-period-not-limited',
] as const;
export type ConflictCode = (typeof CONFLICT_CODES)[number];

/** Two clauses that a policy cannot both keep, or a clause and the setting that departs from it. */
export interface Conflict {
  readonly code: ConflictCode;
  /** refused: the policy cannot be adopted. noted: it can, and whoever reads it is told. */
  readonly severity: 'refused' | 'noted';
  /** Field of the policy that has to change. */
  readonly field: keyof Policy;
  readonly clauses: readonly [ClauseReference, ClauseReference];
  /** What to mend, in one sentence. */
  readonly message: string;
}

/**
 * Every conflict of a policy with its own pack, worst first; an empty list for a policy that keeps its promises.
 * Without the tenant's region nothing is said of the regions of models and sub-processors (promise 4).
 */
export function lintPolicy(policy: Policy, region?: string): Conflict[] {
  const found = LINT_RULES.flatMap(rule => rule(policy, region));
  return [
    ...found.filter(({ severity }) => severity === 'refused'),
    ...found.filter(({ severity }) => severity === 'noted'),
  ];
}

/** Throws LetheError with the code of the first conflict that is refused; its faults name them all. */
export function assertAdoptable(policy: Policy, region?: string): void {
  const refused = lintPolicy(policy, region).filter(({ severity }) => severity === 'refused');
  const [first] = refused;
  if (first === undefined) return;
  throw new LetheError(first.code, first.message, {
    faults: refused.map(({ code, field, message }) => ({ code, field, message })),
    details: { conflicts: refused },
  });
}

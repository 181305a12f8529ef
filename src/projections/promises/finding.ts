import type { ClauseResult, ClauseStatus } from '../../domain/policy/clause-result.ts';
import type { Facts } from './facts/facts.ts';

export type Numbers = ClauseResult['numbers'];

/** What a clause comes to. */
export interface Finding {
  readonly status: ClauseStatus;
  readonly numbers: Numbers;
  readonly evidence: string;
}

export type Check = (facts: Facts) => Promise<Finding>;

export interface Measured {
  /** How often the clause could have been kept or broken; 0 is no evidence, whatever else. */
  readonly seen: number;
  /** How often it was broken. */
  readonly violations: number;
  /** How often the log cannot tell which of the two it was: while there is one, the clause does not hold. */
  readonly unknown?: number;
  readonly numbers: Numbers;
  /** One sentence. */
  readonly says: string;
}

/** Broken outranks everything, and nothing holds for want of data. */
export function finding({ seen, violations, unknown = 0, numbers, says }: Measured): Finding {
  const status = violations > 0 ? 'broken' : seen > 0 && unknown === 0 ? 'holds' : 'no-evidence';
  return { status, numbers, evidence: says };
}

import { addDuration } from '../time/duration.ts';
import type { AccountState } from './account-state.ts';
import type { RuleName, Severity } from './rule-names.ts';
import type { RuleSet } from './rule-set.ts';

/** What a rule found about an account, as of an instant. */
export interface Finding {
  readonly rule: RuleName;
  readonly severity: Severity;
  /** Inside reference of the account. */
  readonly subject: string;
  /** Measured against the thresholds: 1 reaches them. */
  readonly score: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** How far back it looked, milliseconds. */
  readonly windowMs: number;
  readonly reasons: Readonly<Record<string, number>>;
  readonly assets: readonly string[];
}

/** Whether the rule has signalled the account so lately that it says nothing new; if not, it counts as signalled now. */
export function isRepeated(
  state: AccountState,
  rule: RuleName,
  at: number,
  { repeatAfter }: RuleSet,
): boolean {
  const last = state.signalled[rule];
  if (last !== undefined && addDuration(new Date(last), repeatAfter).getTime() > at) return true;
  state.signalled[rule] = at;
  return false;
}

/** Each asset once, the newest `most` of them. */
export const newest = (assets: readonly string[], most: number): string[] =>
  [...new Set(assets)].slice(-most);

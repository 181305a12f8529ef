import type { AccountState } from './account-state.ts';
import type { FactKind } from './fact.ts';
import type { RuleName, Severity } from './rule-names.ts';
import type { RuleSet } from './rule-set.ts';

/** A rule about one account by itself. */
export interface Rule {
  readonly name: RuleName;
  readonly severity: Severity;
  /** How far back it looks, milliseconds. */
  readonly windowMs: number;
  /** The facts after which its score can have grown. */
  readonly after: ReadonlySet<FactKind>;
  /** What is measured against the thresholds, as of an instant: from 1 on the rule signals. */
  score(state: AccountState, at: number, rules: RuleSet): number;
  /** The numbers behind the score. */
  reasons(state: AccountState, at: number): Readonly<Record<string, number>>;
  /** The assets that it rests on. */
  assets(state: AccountState): readonly string[];
}

/** Measured numbers leave with three decimals: enough to judge by, and the same on every machine. */
export const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

import { newAccount, type AccountState } from '../../../src/domain/rules/account-state.ts';
import type { Fact } from '../../../src/domain/rules/fact.ts';
import type { Finding } from '../../../src/domain/rules/finding.ts';
import { judge } from '../../../src/domain/rules/judge.ts';
import { ruleSetSchema, type RuleSet, type RuleSetRequest } from '../../../src/domain/rules/rule-set.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** In the middle of a day, so that an hour is no edge. */
export const START = Date.UTC(2026, 2, 3, 12);
export const SUBJECT = '5b000000-0000-4000-8000-000000000001';

export const rulesWith = (changes: RuleSetRequest = {}): RuleSet => ruleSetSchema.parse(changes);

/** `count` assets made `every` milliseconds from `at` on. */
export const made = (count: number, at = START, every = 10 * SECOND, prefix = 'a'): Fact[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: 'made',
    asset: `${prefix}-${index}`,
    at: at + index * every,
  }));

/** The same kind of fact about the first `count` of them. */
export const next = (
  kind: 'deleted' | 'flagged' | 'blocked',
  count: number,
  at: number,
  every = 10 * SECOND,
  prefix = 'a',
): Fact[] =>
  Array.from({ length: count }, (_, index): Fact => {
    const about = { asset: `${prefix}-${index}`, at: at + index * every };
    return kind === 'blocked' ? { kind, isMade: false, ...about } : { kind, ...about };
  });

export interface Judged {
  readonly state: AccountState;
  readonly findings: readonly Finding[];
  readonly comparisons: number;
}

/** What the rules make of one account's facts, in order. */
export function judged(facts: readonly Fact[], rules = rulesWith(), state = newAccount()): Judged {
  const findings: Finding[] = [];
  let comparisons = 0;
  for (const fact of facts) {
    const judgement = judge(state, SUBJECT, fact, rules);
    findings.push(...judgement.findings);
    if (judgement.isToCompare) comparisons++;
  }
  return { state, findings, comparisons };
}

export const rulesOf = ({ findings }: Judged): string[] => findings.map(({ rule }) => rule);

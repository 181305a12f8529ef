import { LIMITS } from '../limits.ts';
import { evolve, type AccountState } from './account-state.ts';
import type { Fact } from './fact.ts';
import { isRepeated, newest, type Finding } from './finding.ts';
import { rounded, type Rule } from './rule.ts';
import type { RuleSet } from './rule-set.ts';
import { flaggedAndDeleted } from './rules/flagged-and-deleted.ts';
import { massDeletion } from './rules/mass-deletion.ts';
import { piiSurge } from './rules/pii-surge.ts';
import { blockedShare, blocksOf, repeatedBlocks } from './rules/repeated-blocks.ts';
import { velocity } from './rules/velocity.ts';
import { DAY_MS } from './tally.ts';

const RULES: readonly Rule[] = [velocity, massDeletion, flaggedAndDeleted, piiSurge, repeatedBlocks];

/** Half-way to a rule an account is marked: nothing by itself, something where several share a device. */
const HALF_WAY = 0.5;
export const MARKED_MS = 30 * DAY_MS;
const COMPARED_EVERY_MS = DAY_MS / 4;

export interface Judgement {
  readonly findings: readonly Finding[];
  /** The account is to be looked at together with those that it shares a device or a payment with. */
  readonly isToCompare: boolean;
}

const NOTHING: Judgement = { findings: [], isToCompare: false };

/** Takes a fact into the account's state, in place, and says what the rules about single accounts make of it. */
export function judge(state: AccountState, subject: string, fact: Fact, rules: RuleSet): Judgement {
  evolve(state, fact);
  if (!('at' in fact)) return NOTHING;
  const { at } = fact;
  const findings: Finding[] = [];
  for (const rule of RULES) {
    if (!rule.after.has(fact.kind) || !rules[rule.name].on) continue;
    const score = rule.score(state, at, rules);
    if (score >= HALF_WAY) state.markedAt = at;
    if (score < 1 || isRepeated(state, rule.name, at, rules)) continue;
    findings.push(findingOf(rule, state, subject, score, at));
  }
  if (fact.kind === 'banned') state.markedAt = at;
  const isNoted = state.markedAt === at || hasPattern(state, fact, rules);
  const isToCompare =
    isNoted && (state.comparedAt === undefined || state.comparedAt <= at - COMPARED_EVERY_MS);
  if (isToCompare) state.comparedAt = at;
  return findings.length === 0 && !isToCompare ? NOTHING : { findings, isToCompare };
}

/** Two blocks among few calls: who goes from account to account leaves no more than that on each. */
const hasPattern = (
  state: AccountState,
  fact: Fact,
  { 'repeated-blocks': { on, share } }: RuleSet,
): boolean =>
  fact.kind === 'blocked' && on && blocksOf(state, fact.at) >= 2 && blockedShare(state, fact.at) >= share;

const findingOf = (rule: Rule, state: AccountState, subject: string, score: number, at: number): Finding => ({
  ...{ rule: rule.name, severity: rule.severity, windowMs: rule.windowMs, subject, at },
  score: rounded(score),
  reasons: rule.reasons(state, at),
  assets: newest(rule.assets(state), LIMITS.signalAssets),
});

export const isMarked = ({ markedAt }: AccountState, at: number): boolean =>
  markedAt !== undefined && markedAt > at - MARKED_MS;

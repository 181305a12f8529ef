import { LIMITS } from '../limits.ts';
import { inDays, type AccountState } from './account-state.ts';
import { isRepeated, newest, type Finding } from './finding.ts';
import { isMarked, MARKED_MS } from './judge.ts';
import { rounded } from './rule.ts';
import type { RuleSet } from './rule-set.ts';
import { blockedShare, blocksOf } from './rules/repeated-blocks.ts';

/** An account and what is known of it. */
export interface Member {
  readonly subject: string;
  readonly state: AccountState;
}

/** Accounts that use the same device or payment, the one that is looked at included. */
export type Company = readonly Member[];

const DAYS = 30;

/**
 * What the rules about several accounts make of one, as of an instant: its companies are the accounts on each of its devices
 * and payments. Marks in place those whom it signals.
 */
export function judgeCompanies(
  one: Member,
  companies: readonly Company[],
  at: number,
  rules: RuleSet,
): Finding[] {
  // What more share than a household or a gang is a public place: it says nothing about any of them.
  const telling = companies.filter(company => company.length > 1 && company.length <= rules.ring.most);
  return [
    ...(rules.ring.on ? telling.flatMap(company => ring(company, at, rules)) : []),
    ...(rules['repeated-blocks'].on ? evasion(one, telling.flat(), at, rules) : []),
  ];
}

/** Several accounts on one device or payment, of which many come half-way to another rule: all of them are signalled. */
function ring(company: Company, at: number, rules: RuleSet): Finding[] {
  const marked = company.filter(({ state }) => isMarked(state, at)).length;
  const share = marked / company.length;
  const score = Math.min(company.length / rules.ring.accounts, share / rules.ring.marked);
  if (score < 1) return [];
  return company
    .filter(({ state }) => !isRepeated(state, 'ring', at, rules))
    .map(({ subject, state: { assets } }) => ({
      ...({ rule: 'ring', severity: 'high', windowMs: MARKED_MS, subject, at } as const),
      score: rounded(score),
      reasons: { accounts: company.length, marked },
      assets: newest(
        [...assets.made, ...assets.flagged, ...assets.blocked, ...assets.deleted],
        LIMITS.signalAssets,
      ),
    }));
}

/** Blocked on one account, the same person goes on with the next: the blocks count together. */
function evasion({ subject, state }: Member, company: Company, at: number, rules: RuleSet): Finding[] {
  const { blocks, share } = rules['repeated-blocks'];
  const own = blocksOf(state, at);
  if (own < 2 || blockedShare(state, at) < share) return [];
  const others = new Map(company.map(member => [member.subject, member.state]));
  others.delete(subject);
  const counted = [...others.values()].map(other => blocksElsewhere(other, at, blocks, share));
  const elsewhere = counted.reduce((total, one) => total + one, 0);
  const score = (own + elsewhere) / blocks;
  if (elsewhere === 0 || score < 1 || isRepeated(state, 'repeated-blocks', at, rules)) return [];
  return [
    {
      ...{ rule: 'repeated-blocks', severity: 'high', windowMs: MARKED_MS, subject, at },
      score: rounded(score),
      reasons: { blockedIn7Days: own, blockedOnSharing: elsewhere, accounts: counted.length + 1 },
      assets: newest(state.assets.blocked, LIMITS.signalAssets),
    },
  ];
}

/** Blocks of an account that is barred, or has been refused as often as not: others on the device are left out. */
function blocksElsewhere(state: AccountState, at: number, blocks: number, share: number): number {
  if (state.bannedAt !== undefined && state.bannedAt > at - MARKED_MS) return blocks;
  const own = inDays(state, 'blocked', at, DAYS);
  const made = inDays(state, 'made', at, DAYS);
  return own >= 2 && made > 0 && own / made >= share ? own : 0;
}

import { inDays, shareOf, type AccountState } from '../account-state.ts';
import { rounded, type Rule } from '../rule.ts';
import { DAY_MS } from '../tally.ts';

const DAYS = 7;

export const blocksOf = (state: AccountState, at: number): number => inDays(state, 'blocked', at, DAYS);
export const blockedShare = (state: AccountState, at: number): number =>
  shareOf(blocksOf(state, at), inDays(state, 'made', at, DAYS));

/** One call after the other is refused, and the account goes on trying. */
export const repeatedBlocks: Rule = {
  name: 'repeated-blocks',
  severity: 'medium',
  windowMs: DAYS * DAY_MS,
  after: new Set(['blocked']),
  score: (state, at, { 'repeated-blocks': { blocks, share } }) =>
    Math.min(blocksOf(state, at) / blocks, blockedShare(state, at) / share),
  reasons: (state, at) => ({
    blockedIn7Days: blocksOf(state, at),
    blockedShare: rounded(blockedShare(state, at)),
  }),
  assets: ({ assets }) => assets.blocked,
};

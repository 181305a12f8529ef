import { inDays, shareOf, type AccountState } from '../account-state.ts';
import { rounded, type Rule } from '../rule.ts';
import { DAY_MS } from '../tally.ts';

const DAYS = 30;

const shares = (state: AccountState, at: number): { made: number; flagged: number; deleted: number } => {
  const made = inDays(state, 'made', at, DAYS);
  const adverse = inDays(state, 'flagged', at, DAYS) + inDays(state, 'blocked', at, DAYS);
  return {
    made,
    flagged: shareOf(adverse, made),
    deleted: shareOf(inDays(state, 'deleted', at, DAYS), made),
  };
};

/** Much is flagged or blocked, and much is deleted: either alone has honest reasons. */
export const flaggedAndDeleted: Rule = {
  name: 'flagged-and-deleted',
  severity: 'high',
  windowMs: DAYS * DAY_MS,
  after: new Set(['deleted', 'flagged', 'blocked']),
  score: (state, at, { 'flagged-and-deleted': { made: least, product } }) => {
    const { made, flagged, deleted } = shares(state, at);
    return Math.min(made / least, (flagged * deleted) / product);
  },
  reasons: (state, at) => {
    const { made, flagged, deleted } = shares(state, at);
    return { made, flaggedShare: rounded(flagged), deletedShare: rounded(deleted) };
  },
  assets: ({ assets }) => [...assets.flagged, ...assets.blocked, ...assets.deleted],
};

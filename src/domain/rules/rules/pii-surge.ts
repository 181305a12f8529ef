import { inDay, inDays, shareOf, type AccountState } from '../account-state.ts';
import { rounded, type Rule } from '../rule.ts';
import { DAY_MS, MEASURES, SCALES } from '../tally.ts';

/** The mean of the days on which something was made, the last two left out: they hold the surge itself. */
function usualDay({ counts: { month } }: AccountState, at: number): number {
  const before = Math.floor(at / SCALES.month.bucketMs) - 1;
  const days = month.filter(([number, made]) => number < before && made > 0);
  return days.length === 0
    ? 0
    : days.reduce((total, bucket) => total + bucket[MEASURES.flagged], 0) / days.length;
}

/** Suddenly most of what an account sends is about people: somebody harvests, or works through a stolen list. */
export const piiSurge: Rule = {
  name: 'pii-surge',
  severity: 'medium',
  windowMs: DAY_MS,
  after: new Set(['flagged']),
  score: (state, at, { 'pii-surge': { flagged: least, share, growth } }) => {
    const flagged = inDay(state, 'flagged', at);
    const score = Math.min(flagged / least, shareOf(flagged, inDay(state, 'made', at)) / share);
    const usual = score < 0.5 ? 0 : usualDay(state, at);
    return usual === 0 ? score : Math.min(score, flagged / usual / growth);
  },
  reasons: (state, at) => {
    const flagged = inDay(state, 'flagged', at);
    return {
      flaggedInDay: flagged,
      flaggedShare: rounded(shareOf(flagged, inDay(state, 'made', at))),
      usualDay: rounded(usualDay(state, at)),
      flaggedIn30Days: inDays(state, 'flagged', at, 30),
    };
  },
  assets: ({ assets }) => assets.flagged,
};

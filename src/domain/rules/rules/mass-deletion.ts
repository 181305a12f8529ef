import { inDay, inHour, shareOf } from '../account-state.ts';
import { rounded, type Rule } from '../rule.ts';
import { DAY_MS } from '../tally.ts';

/**
 * Much is made and, within a day, most of it deleted at one go: the window of abuse monitoring is all that is left of it.
 * Those who delete what turned out badly keep the rest; those who tidy up delete what is old. Both stay below the share.
 */
export const massDeletion: Rule = {
  name: 'mass-deletion',
  severity: 'high',
  windowMs: DAY_MS,
  after: new Set(['deleted']),
  score: (state, at, { 'mass-deletion': { deletions, share } }) => {
    const burst = inHour(state, 'young', at) / deletions;
    return burst < 0.5
      ? burst
      : Math.min(burst, shareOf(inDay(state, 'young', at), inDay(state, 'made', at)) / share);
  },
  reasons: (state, at) => {
    const [made, young] = [inDay(state, 'made', at), inDay(state, 'young', at)];
    return {
      youngDeletedInHour: inHour(state, 'young', at),
      madeInDay: made,
      deletedShare: rounded(shareOf(young, made)),
    };
  },
  assets: ({ assets }) => assets.deleted,
};

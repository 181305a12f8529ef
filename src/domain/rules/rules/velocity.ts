import { inDay, inHour } from '../account-state.ts';
import type { Rule } from '../rule.ts';
import { DAY_MS } from '../tally.ts';

/** More is made than a person makes: a script behind the account. */
export const velocity: Rule = {
  name: 'velocity',
  severity: 'medium',
  windowMs: DAY_MS,
  after: new Set(['made', 'blocked']),
  score: (state, at, { velocity: { perHour, perDay } }) =>
    Math.max(inHour(state, 'made', at) / perHour, inDay(state, 'made', at) / perDay),
  reasons: (state, at) => ({ madeInHour: inHour(state, 'made', at), madeInDay: inDay(state, 'made', at) }),
  assets: ({ assets }) => assets.made,
};

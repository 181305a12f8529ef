import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evolve, inDay, inDays, inHour, newAccount } from '../../../src/domain/rules/account-state.ts';
import type { Fact } from '../../../src/domain/rules/fact.ts';
import { DAY, HOUR, made, MINUTE, START, next } from './given.ts';

const after = (facts: readonly Fact[]) => {
  const state = newAccount();
  for (const fact of facts) evolve(state, fact);
  return state;
};
const instants = fc.array(fc.integer({ min: 0, max: 40 * DAY }), { maxLength: 300 });

describe('the state of an account', () => {
  it('counts as an exact count does, to within one bucket of each window', () => {
    fc.assert(
      fc.property(instants, times => {
        const now = START + 40 * DAY;
        const facts = times
          .toSorted((one, other) => one - other)
          .map((time, index): Fact => ({ kind: 'flagged', asset: `a${index}`, at: START + time }));
        const state = after(facts);
        const exact = (ms: number) => facts.filter(fact => 'at' in fact && fact.at > now - ms).length;
        expect(inHour(state, 'flagged', now)).toBeGreaterThanOrEqual(exact(HOUR));
        expect(inHour(state, 'flagged', now)).toBeLessThanOrEqual(exact(HOUR + 5 * MINUTE));
        expect(inDay(state, 'flagged', now)).toBeGreaterThanOrEqual(exact(DAY));
        expect(inDay(state, 'flagged', now)).toBeLessThanOrEqual(exact(DAY + HOUR));
        expect(inDays(state, 'flagged', now, 30)).toBeGreaterThanOrEqual(exact(30 * DAY));
        expect(inDays(state, 'flagged', now, 30)).toBeLessThanOrEqual(exact(31 * DAY));
      }),
    );
  });

  it('counts alike whatever the order in which one hour is reported', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: HOUR }), { maxLength: 50 }), times => {
        const flags = times.map((time, index): Fact => ({
          kind: 'flagged',
          asset: `a${index}`,
          at: START + time,
        }));
        expect(after(flags.toReversed()).counts).toEqual(after(flags).counts);
      }),
    );
  });

  it('is the same after a journey through its JSON', () => {
    const state = after([...made(30), ...next('deleted', 10, START + HOUR), ...next('flagged', 5, START)]);
    state.signalled.ring = START;
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it('has a bound, whatever an account does', () => {
    const busy = Array.from({ length: 60 }, (_, day) => [
      ...made(400, START + day * DAY, 3 * MINUTE, `d${day}`),
      ...next('blocked', 400, START + day * DAY, 3 * MINUTE, `d${day}`),
    ]).flat();
    expect(JSON.stringify(after(busy)).length).toBeLessThan(16_000);
  });

  it('names no asset any more once that is erased, and keeps the numbers', () => {
    const state = after([
      ...made(3),
      ...next('flagged', 3, START + MINUTE),
      ...next('deleted', 2, START + MINUTE),
      { kind: 'asset-erased', asset: 'a-0' },
    ]);
    expect(JSON.stringify(state)).not.toContain('"a-0"');
    expect(inDay(state, 'made', START + HOUR)).toBe(3);
    expect(inDay(state, 'flagged', START + HOUR)).toBe(3);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/cli/simulate/random.ts';
import { createSchedule } from '../../../src/cli/simulate/schedule.ts';

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

describe('seeded random numbers', () => {
  it('repeat for the same seed and differ for another', () => {
    const [first, again, other] = [['a', 1] as const, ['a', 1] as const, ['a', 2] as const].map(seed =>
      draw(20, createRandom(...seed).next),
    );
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
  });

  it('are spread evenly over [0, 1)', () => {
    const values = draw(20_000, createRandom('even').next);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(mean(values)).toBeCloseTo(0.5, 1);
  });

  it('stay within the bounds asked for', () => {
    const bounds = fc.record({ seed: fc.integer(), size: fc.integer({ min: 1, max: 10_000 }) });
    fc.assert(
      fc.property(bounds, ({ seed, size }) => {
        const random = createRandom(seed);
        const whole = random.integer(3, 3 + size);
        const rank = random.rank(size, 0.85);
        return whole >= 3 && whole <= 3 + size && rank >= 0 && rank < size && random.exponential(5) >= 0;
      }),
    );
  });

  it('pick by weight, and never what weighs nothing', () => {
    const random = createRandom('weights');
    const picks = Array.from({ length: 10_000 }, () => random.weighted({ often: 9, seldom: 1, never: 0 }));
    expect(picks.filter(pick => pick === 'often').length / picks.length).toBeCloseTo(0.9, 1);
    expect(picks).not.toContain('never');
  });
});

describe('the schedule', () => {
  it('gives back what was put in by time, equal times in the order of putting', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), times => {
        const schedule = createSchedule<number>();
        times.forEach((at, order) => schedule.put(at, order));
        const taken = Array.from(times, () => schedule.take());
        const expected = times
          .map((at, step) => ({ at, step }))
          .sort((a, b) => a.at - b.at || a.step - b.step);
        expect(taken.map(entry => ({ at: entry?.at, step: entry?.step }))).toEqual(expected);
        expect(schedule.take()).toBeUndefined();
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, percentile, slope } from './stats.ts';

const numbers = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 1 });

describe('the median', () => {
  it('is the middle value, or the mean of the two middle ones', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('has as many values on either side', () => {
    fc.assert(
      fc.property(numbers, values => {
        const middle = median(values);
        const below = values.filter(value => value < middle).length;
        const above = values.filter(value => value > middle).length;
        return below <= values.length / 2 && above <= values.length / 2;
      }),
    );
  });

  it('does not exist without values', () => {
    expect(() => median([])).toThrow(RangeError);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});

describe('a percentile', () => {
  it('is a value that was measured: nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect(percentile(hundred, 0.99)).toBe(99);
    expect(percentile(hundred, 1)).toBe(100);
    expect(percentile(hundred, 0)).toBe(1);
    expect(percentile([7], 0.99)).toBe(7);
  });

  it('is not exceeded by the share asked for', () => {
    fc.assert(
      fc.property(numbers, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
        const bound = percentile(values, share);
        return values.filter(value => value <= bound).length >= share * values.length - 1e-9;
      }),
    );
  });
});

describe('the slope', () => {
  it('is the growth a step of a straight line, and none of a flat or a short one', () => {
    expect(slope([1, 3, 5, 7])).toBeCloseTo(2);
    expect(slope([4, 4, 4])).toBe(0);
    expect(slope([4])).toBe(0);
    expect(slope([])).toBe(0);
  });
});

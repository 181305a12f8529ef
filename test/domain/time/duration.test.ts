import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDuration, compareDurations, duration } from '../../../src/domain/time/duration.ts';

const added = (start: string, text: string): string => addDuration(new Date(start), text).toISOString();

describe('adding a duration', () => {
  test('a month after 31 January is the last day of February', () => {
    expect(added('2025-01-31T10:00:00.000Z', 'P1M')).toBe('2025-02-28T10:00:00.000Z');
    expect(added('2024-01-31T10:00:00.000Z', 'P1M')).toBe('2024-02-29T10:00:00.000Z');
  });

  test('a year after 29 February is 28 February', () => {
    expect(added('2024-02-29T00:00:00.000Z', 'P1Y')).toBe('2025-02-28T00:00:00.000Z');
    expect(added('2024-02-29T00:00:00.000Z', 'P4Y')).toBe('2028-02-29T00:00:00.000Z');
  });

  test('days count 24 hours where summer time begins', () => {
    expect(added('2025-03-29T12:00:00.000Z', 'P1D')).toBe('2025-03-30T12:00:00.000Z');
  });

  test('weeks, hours and fractions of a second add up', () => {
    expect(added('2025-01-01T00:00:00.000Z', 'P1W')).toBe('2025-01-08T00:00:00.000Z');
    expect(added('2025-01-01T00:00:00.000Z', 'P1DT2H3M4.5S')).toBe('2025-01-02T02:03:04.500Z');
    expect(added('2025-01-01T00:00:00.000Z', 'PT5S')).toBe('2025-01-01T00:00:05.000Z');
  });

  test('a mixed duration takes months by the calendar and then days', () => {
    expect(added('2025-01-31T00:00:00.000Z', 'P1M1D')).toBe('2025-03-01T00:00:00.000Z');
  });

  test('no duration leads back', () => {
    const texts = fc
      .tuple(fc.nat(3), fc.nat(15), fc.nat(400), fc.nat(100_000))
      .map(([years, months, days, seconds]) => `P${years}Y${months}M${days}DT${seconds}S`);
    const starts = fc.date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(texts, starts, (text, start) => addDuration(start, text).getTime() >= start.getTime()),
    );
  });
});

describe('a duration', () => {
  test.each(['P30D', 'PT5S', 'P1Y6M', 'P0D', 'P2W', 'PT0.5S', 'P100Y'])('%s is accepted', text => {
    expect(duration.safeParse(text).success).toBe(true);
  });

  test.each(['', 'P', 'PT', 'P1DT', '30D', 'P-1D', '-P1D', 'P101Y', 'forever', '30', `P${'9'.repeat(70)}D`])(
    '%s is refused',
    text => {
      expect(duration.safeParse(text).success).toBe(false);
    },
  );

  test('is compared by length, whatever its unit', () => {
    expect(compareDurations('P7D', 'P1W')).toBe(0);
    expect(compareDurations('PT36H', 'P1D')).toBeGreaterThan(0);
    expect(compareDurations('P30D', 'P1Y')).toBeLessThan(0);
  });
});

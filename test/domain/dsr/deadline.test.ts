import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dueBy, monthsAfter } from '../../../src/domain/dsr/deadline.ts';

const lastHourOf = (date: string): Date => new Date(`${date}T23:59:59.999Z`);
const received = (date: string, time = '10:15:00.000'): Date => new Date(`${date}T${time}Z`);

describe('the month of GDPR Art. 12(3), by Regulation 1182/71', () => {
  test.each([
    ['the same date of the next month', '2025-03-04', '2025-04-04'],
    ['the last day of a month that has no such date', '2025-01-31', '2025-02-28'],
    ['29 February of a leap year', '2024-01-31', '2024-02-29'],
    ['the last day of February, of 30 January too', '2025-01-30', '2025-02-28'],
    ['28 March, of the last day of February', '2025-02-28', '2025-03-28'],
    ['the next year', '2024-12-31', '2025-01-31'],
    ['30 April, of 31 March', '2025-03-31', '2025-04-30'],
    ['the Monday, where it would be a Saturday', '2025-02-01', '2025-03-03'],
    ['the Monday, where it would be a Sunday', '2025-02-02', '2025-03-03'],
    ['a Monday of the month after', '2025-07-31', '2025-09-01'],
  ])('ends on %s', (_case, from, until) => {
    expect(dueBy(received(from))).toEqual(lastHourOf(until));
  });

  test('does not depend on the hour at which it was received (Art. 3(1))', () => {
    for (const time of ['00:00:00.000', '23:59:59.999']) {
      expect(dueBy(received('2025-03-04', time))).toEqual(lastHourOf('2025-04-04'));
    }
  });

  test('counts further months from the receipt, not from the shortened date before', () => {
    expect(dueBy(received('2025-01-31'), 1)).toEqual(lastHourOf('2025-03-31'));
    expect(dueBy(received('2025-01-31'), 2)).toEqual(lastHourOf('2025-04-30'));
  });
});

const date = fc.date({
  min: new Date('1990-01-01T00:00:00Z'),
  max: new Date('2100-12-31T00:00:00Z'),
  noInvalidDate: true,
});
const DAY_MS = 86_400_000;

/** Day by day, without any arithmetic of months. */
function slowMonthsAfter(from: Date, months: number): Date {
  const day = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate()));
  const target = (from.getUTCFullYear() * 12 + from.getUTCMonth() + months) | 0;
  const monthOf = (at: Date): number => at.getUTCFullYear() * 12 + at.getUTCMonth();
  let last = day;
  for (let at = day; monthOf(at) <= target; at = new Date(at.getTime() + DAY_MS)) {
    if (monthOf(at) === target && at.getUTCDate() <= from.getUTCDate()) last = at;
  }
  while (last.getUTCDay() === 0 || last.getUTCDay() === 6) last = new Date(last.getTime() + DAY_MS);
  return new Date(last.getTime() + DAY_MS - 1);
}

describe('a period of months', () => {
  test('is what counting the days comes to', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 1, max: 3 }), (from, months) => {
        expect(monthsAfter(from, months)).toEqual(slowMonthsAfter(from, months));
      }),
    );
  });

  test('ends on a working day, never before the months are over by more than their days differ, and grows', () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 2 }), (from, further) => {
        const end = dueBy(from, further);
        expect([0, 6]).not.toContain(end.getUTCDay());
        const days = (end.getTime() - from.getTime()) / DAY_MS;
        expect(days).toBeGreaterThan(28 * (further + 1) - 1);
        expect(days).toBeLessThan(31 * (further + 1) + 3);
        expect(dueBy(from, further + 1).getTime()).toBeGreaterThan(end.getTime());
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  effectiveEraseAt,
  erasureDeadline,
  erasureTime,
  eraseAtOnRequest,
  isDue,
  retentionDates,
} from '../../../src/domain/time/retention.ts';
import { day } from '../given.ts';

const DAYS_30 = { minRetention: 'P30D', maxRetention: 'P30D' };
const DAYS_7_TO_60 = { minRetention: 'P7D', maxRetention: 'P60D' };

describe('the dates of an asset', () => {
  test('are its creation plus minimum and maximum', () => {
    expect(retentionDates(day(0), DAYS_7_TO_60)).toEqual({ windowEnds: day(7), scheduledFor: day(60) });
  });

  test('never schedule a deletion within the window, even where a month is shorter than 30 days', () => {
    const created = new Date('2025-02-01T00:00:00.000Z');
    const dates = retentionDates(created, { minRetention: 'P30D', maxRetention: 'P1M' });
    expect(dates.scheduledFor).toEqual(dates.windowEnds);
  });
});

describe('a deletion request', () => {
  test('on day 29 of 30 erases on day 30, not on day 59', () => {
    expect(eraseAtOnRequest(day(29), retentionDates(day(0), DAYS_30))).toEqual(day(30));
  });

  test('within the window waits for its end', () => {
    expect(eraseAtOnRequest(day(1), retentionDates(day(0), DAYS_7_TO_60))).toEqual(day(7));
  });

  test('after the window erases at once', () => {
    expect(eraseAtOnRequest(day(20), retentionDates(day(0), DAYS_7_TO_60))).toEqual(day(20));
  });

  test('never delays the automatic deletion', () => {
    expect(eraseAtOnRequest(day(90), retentionDates(day(0), DAYS_7_TO_60))).toEqual(day(60));
  });

  test('lies between window and schedule at any time', () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 200, noNaN: true }), asked => {
        const dates = retentionDates(day(0), DAYS_7_TO_60);
        const eraseAt = eraseAtOnRequest(day(asked), dates);
        return eraseAt >= dates.windowEnds && eraseAt <= dates.scheduledFor;
      }),
    );
  });
});

describe('a hold', () => {
  test('without an end leaves no date', () => {
    expect(effectiveEraseAt({ eraseAt: day(30), holds: [{ expiresAt: undefined }] })).toBeUndefined();
  });

  test('postpones to its expiry, the latest of several', () => {
    const holds = [{ expiresAt: day(40) }, { expiresAt: day(50) }, { expiresAt: day(10) }];
    expect(effectiveEraseAt({ eraseAt: day(30), holds })).toEqual(day(50));
  });

  test('that is released leaves the old date', () => {
    expect(effectiveEraseAt({ eraseAt: day(30), holds: [] })).toEqual(day(30));
  });
});

describe('an asset is due', () => {
  const eraseAt = day(30);

  test('once clock and log agree that its date has come', () => {
    expect(isDue({ eraseAt, held: false, clockNow: day(30), logNow: day(30) })).toBe(true);
  });

  test('not while a hold covers it', () => {
    expect(isDue({ eraseAt, held: true, clockNow: day(31), logNow: day(31) })).toBe(false);
  });

  test('not by a clock that jumped ahead of the log', () => {
    expect(isDue({ eraseAt, held: false, clockNow: day(69), logNow: day(29) })).toBe(false);
  });

  test('not by a clock that jumped back', () => {
    expect(isDue({ eraseAt, held: false, clockNow: day(-9), logNow: day(31) })).toBe(false);
  });

  test('by the earlier of the two clocks', () => {
    expect(erasureTime(day(3), day(2))).toEqual(day(2));
    expect(erasureTime(day(1), day(2))).toEqual(day(1));
  });
});

test('an erasure is late after its date and the SLA, counted from the end of a hold that outlasted the date', () => {
  expect(erasureDeadline({ eraseAt: day(30) }, 'P1D')).toEqual(day(31));
  expect(erasureDeadline({ eraseAt: day(30), heldUntil: day(45) }, 'P1D')).toEqual(day(46));
  expect(erasureDeadline({ eraseAt: day(30), heldUntil: day(5) }, 'P1D')).toEqual(day(31));
});

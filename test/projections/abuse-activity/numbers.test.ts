import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import { activityCounters, WINDOWS } from '../../../src/projections/abuse-activity/queries/counters.ts';
import { deletionHabits } from '../../../src/projections/abuse-activity/queries/deletion-habits.ts';
import {
  erasedActivity,
  rankedSubjects,
  type RankedQuery,
} from '../../../src/projections/abuse-activity/queries/ranked-subjects.ts';
import { isKnownSubject, subjectStanding } from '../../../src/projections/abuse-activity/queries/standing.ts';
import { day, dayDate, deletion, erasure, event, TENANT, upload } from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

const subjectNumbered = (n: number): string => `5b000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const MINUTE = 60_000;
let ledger: Ledger;
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());

describe('the counters of an account', () => {
  const now = dayDate(100);
  const ago = (ms: number): string => new Date(now.getTime() - ms).toISOString();
  const counters = (subject: string) => ledger.as(TENANT, db => activityCounters(db, TENANT, subject, now));

  test('are what a count over all events says, to the instant', async () => {
    const subject = subjectNumbered(21);
    const ages = [
      0,
      1,
      ...Object.values(WINDOWS).flatMap(ms => [ms - 1, ms, ms + 1, ms - 17 * MINUTE]),
      -MINUTE,
    ];
    await ledger.given(
      ...ages.map((age, n) => upload(`c21-${n}`, { subject, time: ago(age) })),
      ...ages.map((age, n) => event('asset.viewed', {}, { subject, asset: `c21-${n}`, time: ago(age) })),
    );
    const found = await counters(subject);
    for (const [window, ms] of Object.entries(WINDOWS)) {
      const expected = ages.filter(age => age >= 0 && age < ms).length;
      expect(found[window as keyof typeof WINDOWS], window).toMatchObject({ made: expected, read: expected });
    }
  });

  test('tell apart what was asked for, made, blocked, flagged, deleted and read', async () => {
    const subject = subjectNumbered(22);
    const about = (asset: string) => ({ subject, asset, time: ago(MINUTE) });
    await ledger.given(
      event('generation.requested', {}, about('c22-a')),
      event('generation.completed', {}, about('c22-a')),
      event('generation.blocked', { rule: 'rule/1', ground: 'abuse' }, about('c22-b')),
      event('pii.flagged', { source: 'caller' }, about('c22-a')),
      event('asset.downloaded', {}, about('c22-a')),
      ...deletion('c22-a', { subject, time: ago(MINUTE) }),
    );
    const one = { attempted: 1, made: 1, blocked: 1, flagged: 1, deleted: 1, read: 1 };
    expect(await counters(subject)).toEqual({ '1h': one, '24h': one, '30d': one });
  });

  test('are zero of an account that did nothing', async () => {
    const none = { attempted: 0, made: 0, blocked: 0, flagged: 0, deleted: 0, read: 0 };
    expect(await counters(subjectNumbered(23))).toEqual({ '1h': none, '24h': none, '30d': none });
  });

  test('stay as they are when an asset is erased', async () => {
    const subject = subjectNumbered(24);
    await ledger.given(
      upload('c24', { subject, time: ago(2 * MINUTE) }),
      ...deletion('c24', { subject, time: ago(MINUTE) }),
    );
    const before = await counters(subject);
    expect(before['1h']).toMatchObject({ made: 1, deleted: 1 });
    await ledger.given(...erasure('c24', { subject, time: ago(0) }));
    expect(await counters(subject)).toEqual(before);
  });
});

describe('the habits of deletion', () => {
  const habits = (subject: string, since = dayDate(0)) =>
    ledger.as(TENANT, db => deletionHabits(db, TENANT, subject, since));
  /** Made on day 1 and deleted so many minutes later. */
  const lived = (asset: string, subject: string, minutes: number): NewEvent[] => [
    upload(asset, { subject, time: day(1) }),
    ...deletion(asset, { subject, time: new Date(dayDate(1).getTime() + minutes * MINUTE).toISOString() }),
  ];

  test('are the ratio, the exact median and the share of quick deletions', async () => {
    const subject = subjectNumbered(31);
    await ledger.given(
      ...[1, 5, 6, 60].flatMap(minutes => lived(`h31-${minutes}`, subject, minutes)),
      upload('h31-kept', { subject, time: day(1) }),
    );
    expect(await habits(subject)).toEqual({
      ...{ made: 5, deleted: 4, deleteRatio: 0.8, medianSecondsToDeletion: 330 },
      ...{ shareWithinFiveMinutes: 0.5, deletedAfterBlock: 0 },
    });
  });

  test('are not moved by an erasure, nor by what the schedule or the end of the account deletes', async () => {
    const subject = subjectNumbered(32);
    await ledger.given(...lived('h32-a', subject, 3), upload('h32-b', { subject, time: day(1) }));
    const before = await habits(subject);
    const hidden = { request: subject, cause: 'account', eraseAt: day(3), basis: 'none' } as const;
    await ledger.given(
      ...erasure('h32-a', { subject }),
      event('asset.hidden', hidden, { subject, asset: 'h32-b', time: day(2) }),
    );
    expect(await habits(subject)).toEqual(before);
    expect(before).toMatchObject({ made: 2, deleted: 1 });
  });

  test('count deletions within a day after a block, and none before or later', async () => {
    const subject = subjectNumbered(33);
    const blocked = { subject, asset: 'h33-blocked', time: day(2) };
    await ledger.given(
      event('generation.blocked', { rule: 'rule/1', ground: 'abuse' }, blocked),
      ...[1.9, 2, 2.5, 3.1].flatMap((at, n) => [
        upload(`h33-${n}`, { subject, time: day(1) }),
        ...deletion(`h33-${n}`, { subject, time: day(at) }),
      ]),
    );
    expect(await habits(subject)).toMatchObject({ deletedAfterBlock: 2 });
  });

  test('are unknown, not zero, where nothing was made or deleted', async () => {
    expect(await habits(subjectNumbered(34))).toEqual({
      ...{ made: 0, deleted: 0, deleteRatio: null, medianSecondsToDeletion: null },
      ...{ shareWithinFiveMinutes: null, deletedAfterBlock: 0 },
    });
  });
});

describe('accounts by what they did', () => {
  const window = { since: dayDate(200), until: dayDate(201) };
  const ranked = (query: Partial<RankedQuery> = {}) =>
    ledger.as(TENANT, db => rankedSubjects(db, TENANT, { by: 'made', limit: 10, ...window, ...query }));
  const [one, two, three] = [41, 42, 43].map(subjectNumbered) as [string, string, string];

  beforeAll(async () => {
    const made = (subject: string, count: number, time = day(200.5)) =>
      Array.from({ length: count }, (_, n) =>
        upload(`r-${subject.slice(-2)}-${time}-${n}`, { subject, time }),
      );
    await ledger.given(
      ...made(one, 1),
      ...made(two, 4),
      ...made(three, 3),
      ...made(one, 9, day(199)),
      ...deletion(`r-43-${day(200.5)}-0`, { subject: three, time: day(200.6) }),
    );
  });

  test('are ranked within the window, the most first', async () => {
    expect((await ranked()).map(({ subject, rank }) => [subject, rank])).toEqual([
      [two, 4],
      [three, 3],
      [one, 1],
    ]);
  });

  test('are ranked by the share that they deleted', async () => {
    const [first] = await ranked({ by: 'deleteRatio' });
    expect(first).toMatchObject({ subject: three, deleteRatio: 1 / 3, made: 3, deleted: 1 });
  });

  test('are only those who did enough', async () => {
    expect((await ranked({ minimum: { made: 3, deleted: 1 } })).map(({ subject }) => subject)).toEqual([
      three,
    ]);
  });

  test('go on behind the last of a page', async () => {
    const [first] = await ranked({ limit: 1 });
    expect((await ranked({ after: first })).map(({ subject }) => subject)).toEqual([three, one]);
  });

  test('are without those who are erased, whose sum stays', async () => {
    const erased = () => ledger.as(TENANT, db => erasedActivity(db, TENANT, window));
    await ledger.key(`subject/${one}`, 'live');
    expect(await ledger.as(TENANT, db => isKnownSubject(db, TENANT, one))).toBe(true);
    expect(await erased()).toMatchObject({ subjects: 0, made: 0 });
    await ledger.key(`subject/${one}`, 'erased');
    expect((await ranked()).map(({ subject }) => subject)).toEqual([two, three]);
    expect(await erased()).toMatchObject({ subjects: 1, made: 1 });
    expect(await ledger.as(TENANT, db => isKnownSubject(db, TENANT, one))).toBe(false);
    expect(await ledger.as(TENANT, db => subjectStanding(db, TENANT, one))).toBeUndefined();
  });
});

describe('how an account stands', () => {
  test('is what remains of it and until when, and when it was active to the hour', async () => {
    const subject = subjectNumbered(51);
    await ledger.key(`subject/${subject}`, 'hidden');
    await ledger.given(
      upload('s51-a', { subject, time: '2025-03-02T10:42:17.123Z' }),
      upload('s51-b', { subject, time: day(2) }),
      upload('s51-c', { subject, time: day(2) }),
      ...deletion('s51-b', { subject, at: 5, eraseAt: 31 }),
      ...deletion('s51-c', { subject, at: 5, eraseAt: 6 }),
      ...erasure('s51-c', { subject, at: 6 }),
    );
    expect(await ledger.as(TENANT, db => subjectStanding(db, TENANT, subject))).toEqual({
      ...{ state: 'hidden', visible: 1, hidden: 1, erased: 1 },
      ...{ firstSeen: new Date('2025-03-02T10:00:00.000Z'), lastSeen: dayDate(6) },
      ...{ nextEraseAt: dayDate(31), lastEraseAt: dayDate(60) },
    });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  subjectTimeline,
  type TimelineCursor,
  type TimelineEntry,
} from '../../../src/projections/abuse-activity/queries/timeline.ts';
import {
  day,
  deletion,
  erasure,
  event,
  OTHER_SUBJECT,
  OTHER_TENANT,
  TENANT,
  upload,
} from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

const subjectNumbered = (n: number): string => `5b000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
let ledger: Ledger;
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());

const page = (subject: string, limit = 100, cursor?: TimelineCursor, tenant = TENANT) =>
  ledger.as(tenant, db => subjectTimeline(db, tenant, subject, { limit, cursor }));
const all = async (subject: string): Promise<readonly TimelineEntry[]> => (await page(subject)).entries;

/** All pages of that size, from a first page that was asked for before `meanwhile`. */
async function paged(
  subject: string,
  limit: number,
  meanwhile?: () => Promise<void>,
): Promise<TimelineEntry[]> {
  const found: TimelineEntry[] = [];
  let cursor: TimelineCursor | undefined;
  do {
    const { entries, next } = await page(subject, limit, cursor);
    found.push(...entries);
    if (cursor === undefined) await meanwhile?.();
    cursor = next;
  } while (cursor !== undefined);
  return found;
}

describe('the timeline of an account', () => {
  test('holds what it did and what was done about it, newest first, deletions included', async () => {
    const subject = subjectNumbered(11);
    await ledger.given(
      event('account.registered', {}, { subject, time: day(0) }),
      upload('t11', { subject, time: day(1) }),
      event(
        'generation.blocked',
        { rule: 'rule/7', ground: 'abuse' },
        { subject, asset: 't11-b', time: day(2) },
      ),
      ...deletion('t11', { subject, at: 5 }),
      event('account.blocked', { rule: 'rule/9', ground: 'fraud' }, { subject, time: day(6) }),
    );
    expect(await all(subject)).toMatchObject([
      { type: 'account.blocked', rule: 'rule/9', reason: 'fraud', asset: null, outcome: 'ok' },
      {
        type: 'asset.hidden',
        reason: 'user',
        asset: 't11',
        at: new Date(day(5)),
        eraseAt: new Date(day(30)),
      },
      { type: 'deletion.requested', reason: 'user', asset: 't11' },
      { type: 'generation.blocked', rule: 'rule/7', reason: 'abuse', asset: 't11-b', outcome: 'denied' },
      { type: 'upload.received', asset: 't11', erased: false },
      { type: 'account.registered', asset: null, erased: false, eraseAt: null, policy: 1 },
    ]);
  });

  test('holds neither what others did nor what is no activity', async () => {
    const subject = subjectNumbered(12);
    await ledger.given(
      upload('t12', { subject }),
      upload('t12-other', { subject: OTHER_SUBJECT }),
      upload('t12-foreign', { subject, tenant: OTHER_TENANT }),
      event('subject.viewed', { purpose: 'serving' }, { subject }),
      event('records.viewed', { records: 'abuse-timeline' }, { subject }),
      event('training.opted-out', {}, { subject }),
    );
    expect((await all(subject)).map(({ asset }) => asset)).toEqual(['t12']);
  });

  test('comes in pages that neither skip nor repeat, whatever is reported late meanwhile', async () => {
    const subject = subjectNumbered(13);
    // Three hours, with many entries in one of them and some at the same instant.
    const made = Array.from({ length: 23 }, (_, n) =>
      upload(`t13-${n}`, { subject, time: day(Math.floor(n / 3) / 24 / (n > 11 ? 1 : 12)) }),
    );
    await ledger.given(...made);
    const before = await all(subject);
    expect(before).toHaveLength(23);
    for (const limit of [1, 2, 5, 22, 23, 24]) {
      let late = 0;
      const found = await paged(subject, limit, () =>
        ledger.given(upload(`t13-late-${limit}-${late++}`, { subject, time: day(0) })),
      );
      const known = found.filter(({ asset }) => asset?.includes('late') !== true);
      expect(known.map(({ asset }) => asset)).toEqual(before.map(({ asset }) => asset));
    }
  });

  test('does not show, on later pages, what came after the first', async () => {
    const subject = subjectNumbered(14);
    await ledger.given(
      upload('t14-a', { subject, time: day(1) }),
      upload('t14-b', { subject, time: day(3) }),
    );
    const found = await paged(subject, 1, () => ledger.given(upload('t14-late', { subject, time: day(2) })));
    expect(found.map(({ asset }) => asset)).toEqual(['t14-b', 't14-a']);
  });
});

describe('of an erased asset the timeline', () => {
  test('keeps that something happened and in which hour, and neither id nor instant nor position', async () => {
    const subject = subjectNumbered(15);
    const time = '2025-03-02T10:42:17.123Z';
    await ledger.given(
      upload('my-divorce-papers', { subject, time }),
      upload('t15-kept', { subject, time }),
      ...deletion('my-divorce-papers', { subject }),
      ...erasure('my-divorce-papers', { subject }),
    );
    const entries = await all(subject);
    expect(JSON.stringify(entries)).not.toContain('divorce');
    expect(entries.filter(({ erased }) => !erased)).toMatchObject([
      { asset: 't15-kept', at: new Date(time) },
    ]);
    const gone = entries.filter(({ erased }) => erased);
    expect(gone.map(({ type }) => type)).toEqual([
      ...['asset.erased', 'asset.hidden', 'deletion.requested', 'upload.received'],
    ]);
    expect(gone.at(-1)?.at).toEqual(new Date('2025-03-02T10:00:00.000Z'));
    for (const entry of gone) expect(entry).toMatchObject({ asset: null, position: null, eraseAt: null });
  });

  test('says no more from the moment its key is gone, before any view knows', async () => {
    const subject = subjectNumbered(16);
    await ledger.given(upload('t16', { subject }));
    await ledger.key('asset/t16', 'erased');
    expect(await all(subject)).toMatchObject([{ asset: null, position: null, erased: true }]);
  });

  test('gives nothing away in the place where a page ends', async () => {
    const subject = subjectNumbered(17);
    await ledger.given(
      ...['a', 'b', 'c'].map(name => upload(`t17-${name}`, { subject, time: '2025-03-02T10:42:17.123Z' })),
    );
    await ledger.key('asset/t17-c', 'erased');
    const { next } = await page(subject, 1);
    expect(next).toMatchObject({ hour: new Date('2025-03-02T10:00:00.000Z'), skip: 1 });
    expect((await page(subject, 1, next)).entries).toMatchObject([{ asset: 't17-b' }]);
  });
});

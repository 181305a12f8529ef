import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  countDue,
  dueAssets,
  type DueAsset,
} from '../../../src/projections/user-assets/queries/due-assets.ts';
import { latestWindowEnd, unerasedAssets } from '../../../src/projections/user-assets/queries/of-subject.ts';
import {
  dayDate,
  deletion,
  erasure,
  OTHER_TENANT,
  REQUEST,
  SUBJECT,
  TENANT,
  upload,
} from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.given(
    upload('scheduled'),
    upload('deleted'),
    ...deletion('deleted'),
    upload('elsewhere', { tenant: OTHER_TENANT }),
    ...deletion('elsewhere', { tenant: OTHER_TENANT, eraseAt: 40 }),
    upload('gone'),
    ...erasure('gone'),
  );
});
afterAll(() => ledger.close());

const due = async (at: number): Promise<string[]> =>
  (await dueAssets(ledger.writer, dayDate(at), 10)).map(({ asset }) => asset);

describe('assets that are due', () => {
  test('are those whose date has come, of all tenants, the longest due first', async () => {
    expect(await due(29.99)).toEqual([]);
    expect(await due(30)).toEqual(['deleted']);
    expect(await due(40)).toEqual(['deleted', 'elsewhere']);
    expect(await due(60)).toEqual(['deleted', 'elsewhere', 'scheduled']);
    expect(await countDue(ledger.writer, dayDate(60))).toBe(3);
  });

  test('say whose they are and why', async () => {
    expect(await dueAssets(ledger.writer, dayDate(60), 10)).toMatchObject([
      {
        tenant: TENANT,
        asset: 'deleted',
        subject: SUBJECT,
        cause: 'user',
        request: REQUEST,
        eraseAt: dayDate(30),
      },
      { tenant: OTHER_TENANT, asset: 'elsewhere', cause: 'user' },
      { tenant: TENANT, asset: 'scheduled', cause: 'schedule', request: null, eraseAt: dayDate(60) },
    ]);
  });

  test('come in pages, so that those that stay due do not block the rest', async () => {
    const seen: string[] = [];
    let page = await dueAssets(ledger.writer, dayDate(60), 1);
    for (let last: DueAsset | undefined = page[0]; last !== undefined; last = page[0]) {
      seen.push(last.asset);
      page = await dueAssets(ledger.writer, dayDate(60), 1, last);
    }
    expect(seen).toEqual(['deleted', 'elsewhere', 'scheduled']);
  });

  test('leave out an asset whose key is gone, though the view has not heard of it; it stays counted', async () => {
    await ledger.key('asset/deleted', 'erased');
    expect(await due(60)).toEqual(['elsewhere', 'scheduled']);
    expect(await countDue(ledger.writer, dayDate(60))).toBe(3);
  });
});

describe('what is left of a subject', () => {
  test('is listed in pages, hidden assets included, erased ones not', async () => {
    const page = (after?: string) => ledger.as(TENANT, db => unerasedAssets(db, TENANT, SUBJECT, after, 1));
    expect(await page()).toEqual([{ asset: 'deleted', status: 'hidden' }]);
    expect(await page('deleted')).toEqual([{ asset: 'scheduled', status: 'visible' }]);
    expect(await page('scheduled')).toEqual([]);
  });

  test('could be erased when the last window has ended', async () => {
    const latest = (subject: string) => ledger.as(TENANT, db => latestWindowEnd(db, TENANT, subject));
    expect(await latest(SUBJECT)).toEqual(dayDate(30));
    expect(await latest('5b000000-0000-4000-8000-0000000000ff')).toBeUndefined();
  });
});

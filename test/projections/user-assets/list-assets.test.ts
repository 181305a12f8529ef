import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import type { PiiAction } from '../../../src/domain/events/pii-events.ts';
import {
  listAssets,
  type AssetCursor,
  type ListedAsset,
} from '../../../src/projections/user-assets/queries/list-assets.ts';
import { getAsset } from '../../../src/projections/user-assets/queries/get-asset.ts';
import type { Db } from '../../../src/projections/runner/view.ts';
import { day, deletion, event, OTHER_SUBJECT, TENANT, upload } from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;
let number = 0;
let subject: string;
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());
beforeEach(() => (subject = `5b000000-0000-4000-8000-${String((number += 1)).padStart(12, '0')}`));

const mine = (name: string): string => `s${number}-${name}`;
/** An upload of this test's subject `at` days after the first, with a live key. */
const uploaded = async (name: string, at = 0): Promise<NewEvent> => {
  await ledger.key(`asset/${mine(name)}`, 'live');
  return upload(mine(name), { subject, time: day(at) });
};
const list = (limit = 50, cursor?: AssetCursor): Promise<ListedAsset[]> =>
  ledger.as(TENANT, db => listAssets(db, TENANT, subject, { limit, cursor }));
const listed = async (): Promise<string[]> => (await list()).map(({ asset }) => asset);

describe("the user's view", () => {
  test('shows their own assets, newest first', async () => {
    await ledger.given(
      await uploaded('old', 1),
      await uploaded('new', 3),
      await uploaded('middle', 2),
      upload(mine('theirs'), { subject: OTHER_SUBJECT }),
    );
    expect(await list()).toMatchObject([
      { asset: mine('new'), kind: 'upload', stored: true, piiAction: null },
      { asset: mine('middle') },
      { asset: mine('old') },
    ]);
  });

  test('pages without skipping or repeating, while newer assets arrive and dates are equal', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    await ledger.given(
      ...(await Promise.all(names.map((name, index) => uploaded(name, Math.floor(index / 3))))),
    );
    const seen: string[] = [];
    let page = await list(2);
    while (page.length > 0) {
      seen.push(...page.map(({ asset }) => asset));
      await ledger.given(await uploaded(`later-${seen.length}`, 9));
      page = await list(2, page.at(-1));
    }
    expect(seen).toEqual(['g', 'f', 'e', 'd', 'c', 'b', 'a'].map(mine));
  });

  test('leaves out what a deletion has hidden', async () => {
    await ledger.given(await uploaded('a'), await uploaded('b'), ...deletion(mine('a'), { subject }));
    expect(await listed()).toEqual([mine('b')]);
  });

  test('leaves out an asset whose key is hidden or erased, though the view has not heard of it', async () => {
    await ledger.given(await uploaded('a'), await uploaded('b'), await uploaded('c'));
    await ledger.key(`asset/${mine('a')}`, 'hidden');
    expect(await listed()).toEqual([mine('c'), mine('b')]);
    await ledger.key(`asset/${mine('b')}`, 'erased');
    expect(await listed()).toEqual([mine('c')]);
    expect(await ledger.as(TENANT, db => getAsset(db, TENANT, mine('a')))).toMatchObject({
      ...{ status: 'visible', keyState: 'hidden' },
    });
  });

  test('leaves out an asset that has no key at all', async () => {
    await ledger.given(upload(mine('keyless'), { subject }));
    expect(await listed()).toEqual([]);
  });

  test('shows an asset of which nothing was stored', async () => {
    await ledger.given(upload(mine('unstored'), { subject, sealed: false }, { store: false }));
    await ledger.key(`asset/${mine('unstored')}`, 'unstored');
    expect(await list()).toMatchObject([{ asset: mine('unstored'), stored: false }]);
  });

  test.each(['hidden', 'erased'] as const)('is empty once the key of the account is %s', async state => {
    await ledger.given(await uploaded('a'));
    await ledger.key(`subject/${subject}`, 'live');
    expect(await listed()).toEqual([mine('a')]);
    await ledger.key(`subject/${subject}`, state);
    expect(await listed()).toEqual([]);
  });

  test('applies what the tenant chose for PII: hide leaves out, mask and flag are said (promise 8)', async () => {
    const applied = (name: string, action: PiiAction) =>
      event('pii.action-applied', { action }, { asset: mine(name), subject });
    await ledger.given(
      ...(await Promise.all([uploaded('flagged'), uploaded('hidden'), uploaded('masked')])),
      ...[applied('flagged', 'flag'), applied('hidden', 'hide'), applied('masked', 'mask')],
    );
    expect(await list()).toMatchObject([
      { asset: mine('masked'), piiAction: 'mask' },
      { asset: mine('flagged'), piiAction: 'flag' },
    ]);
    await ledger.given(event('pii.cleared', {}, { asset: mine('hidden'), subject }));
    expect(await listed()).toContain(mine('hidden'));
  });

  test('does not show an asset before the event that creates it', async () => {
    await ledger.key(`asset/${mine('early')}`, 'live');
    await ledger.given(event('pii.cleared', {}, { asset: mine('early'), subject }));
    expect(await listed()).toEqual([]);
  });
});

test('a page costs one look-up of a primary key an asset, whatever the size of the tables', async () => {
  await ledger.given(await uploaded('a'));
  const plan = await ledger.as(TENANT, async db => {
    await db.query(
      `select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`,
    );
    return planOf(db, explained => listAssets(explained, TENANT, subject, { limit: 50, cursor: CURSOR }));
  });
  expect(plan).toMatch(
    /Index Scan using assets_by_subject .*\n.*Index Cond: .*subject = .*ROW\(created_at, asset\)/,
  );
  expect(plan).toMatch(/Index Scan using data_keys_pkey .*\n.*Index Cond: .*scope = \('asset\//);
});

const CURSOR: AssetCursor = { createdAt: new Date(), asset: 'x' };

/** How PostgreSQL would run the query that `query` makes. */
async function planOf(db: Db, query: (db: Db) => Promise<unknown>): Promise<string> {
  let plan = '';
  await query({
    query: async (text, values) => {
      const explained = await db.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
      plan = explained.rows.map(row => row['QUERY PLAN']).join('\n');
      return db.query('select where false');
    },
  });
  return plan;
}

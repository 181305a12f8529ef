import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import {
  getRequest,
  listRequests,
  openAccountDeletions,
  type DeletionRequestRow,
} from '../../../src/projections/erasure-ledger/queries/requests.ts';
import { CERTIFICATE, day, dayDate, deletion, erasure, event, TENANT } from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;
let [asset, subject, request, hold] = ['', '', '', ''];
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());
beforeEach(() => {
  [asset, subject, request, hold] = [`asset-${randomUUID()}`, randomUUID(), randomUUID(), randomUUID()];
});

const found = (at = 10): Promise<DeletionRequestRow | undefined> =>
  ledger.as(TENANT, db => getRequest(db, TENANT, request, dayDate(at)));
const requested = (): NewEvent =>
  event(
    'deletion.requested',
    { request, cause: 'user', requestedAt: day(4) },
    { asset, subject, time: day(5) },
  );
const hidden = (name = asset, eraseAt = 30): NewEvent =>
  event(
    'asset.hidden',
    { request, cause: 'user', eraseAt: day(eraseAt), basis: 'abuse-monitoring' },
    { asset: name, subject, time: day(5) },
  );
const placed = (scope: { assets: string[] } | { subject: string }, expiresAt?: string): NewEvent =>
  event('hold.placed', {
    ...{ hold, kind: 'litigation', authority: 'court/1', ground: 'order', scope },
    ...(expiresAt === undefined ? {} : { expiresAt }),
  });
const released = (): NewEvent => event('hold.released', { hold, cause: 'released' }, { time: day(8) });

describe('a deletion request for an asset', () => {
  test('is requested, then hidden, then erased, with its dates, positions and certificate', async () => {
    await ledger.given(requested());
    expect(await found()).toMatchObject({
      ...{ scope: 'asset', asset, subject, cause: 'user', state: 'requested', requestedAt: dayDate(4) },
      ...{ hiddenAt: null, eraseAt: null, assets: 0 },
    });
    await ledger.given(hidden());
    const head = await ledger.log.head();
    expect(await found()).toMatchObject({
      ...{
        state: 'hidden',
        hiddenAt: dayDate(5),
        eraseAt: dayDate(30),
        hiddenPosition: head,
        position: head - 1,
      },
      ...{ erasedAt: null, certificate: null, assets: 1, erasedAssets: 0 },
    });
    await ledger.given(...erasure(asset, { subject }));
    expect(await found()).toMatchObject({
      ...{ state: 'erased', erasedAt: dayDate(30), erasedPosition: head + 1, certificate: CERTIFICATE },
      ...{ assets: 1, erasedAssets: 1 },
    });
  });

  test.each([
    { over: 'its asset', scope: () => ({ assets: ['other', asset] }) },
    { over: 'its subject', scope: () => ({ subject }) },
  ])('is held while a hold covers $over', async ({ scope }) => {
    await ledger.given(requested(), hidden(), placed(scope()));
    expect(await found()).toMatchObject({ state: 'held', eraseAt: dayDate(30) });
    await ledger.given(released());
    expect(await found()).toMatchObject({ state: 'hidden', eraseAt: dayDate(30) });
  });

  test('is held only until the hold expires', async () => {
    await ledger.given(requested(), hidden(), placed({ assets: [asset] }, day(20)));
    expect(await found(19)).toMatchObject({ state: 'held' });
    expect(await found(20)).toMatchObject({ state: 'hidden' });
  });

  test('is not held by a hold over something else', async () => {
    await ledger.given(requested(), hidden(), placed({ assets: ['other'] }));
    expect(await found()).toMatchObject({ state: 'hidden' });
  });

  test('counts as hidden where an earlier request has hidden the asset', async () => {
    await ledger.given(...deletion(asset, { subject, request: randomUUID() }), requested());
    expect(await found()).toMatchObject({ state: 'hidden', eraseAt: dayDate(30) });
  });

  test('that takes descendants along is erased when the last of them is', async () => {
    await ledger.given(requested(), hidden(), hidden(`${asset}-child`, 40), ...erasure(asset, { subject }));
    expect(await found()).toMatchObject({
      state: 'hidden',
      eraseAt: dayDate(40),
      assets: 2,
      erasedAssets: 1,
    });
    await ledger.given(...erasure(`${asset}-child`, { subject, at: 40 }));
    expect(await found()).toMatchObject({ state: 'erased', erasedAt: dayDate(40) });
  });

  test('that the platform gave no id is known by the id of its event', async () => {
    await ledger.given(event('deletion.requested', {}, { asset, subject, id: request }));
    expect(await found()).toMatchObject({ asset, state: 'requested' });
  });

  test('that nobody made is not found', async () => {
    await ledger.given(requested());
    request = randomUUID();
    expect(await found()).toBeUndefined();
  });
});

describe('an account deletion', () => {
  const asked = (): NewEvent =>
    event('account.deletion-requested', { request, cause: 'user' }, { subject, time: day(5) });
  const erased = (): NewEvent =>
    event(
      'account.erased',
      { request, keys: [], erasedAt: day(31), certificate: CERTIFICATE },
      { subject, time: day(31) },
    );

  test('is hidden at once, and erased with the account, not with its last asset', async () => {
    await ledger.given(asked(), requested(), hidden(), hidden(`${asset}-2`, 33));
    expect(await found()).toMatchObject({
      ...{
        scope: 'account',
        asset: null,
        subject,
        state: 'hidden',
        hiddenAt: dayDate(5),
        eraseAt: dayDate(33),
      },
      ...{ assets: 2 },
    });
    await ledger.given(...erasure(asset), ...erasure(`${asset}-2`));
    expect(await found()).toMatchObject({ state: 'hidden', erasedAt: null, erasedAssets: 2 });
    await ledger.given(erased());
    expect(await found()).toMatchObject({
      ...{ state: 'erased', erasedAt: dayDate(31), certificate: CERTIFICATE },
      ...{ erasedPosition: await ledger.log.head() },
    });
  });

  test('is held while a hold covers one of its assets', async () => {
    await ledger.given(asked(), hidden(), placed({ assets: [asset] }));
    expect(await found()).toMatchObject({ state: 'held' });
  });

  test('is open until it is erased', async () => {
    const open = async (): Promise<string[]> =>
      (await openAccountDeletions(ledger.writer, 100)).map(deletion => deletion.request);
    await ledger.given(asked());
    expect(await open()).toContain(request);
    await ledger.given(erased());
    expect(await open()).not.toContain(request);
  });
});

test('requests are listed newest first, in pages, for all or for one subject', async () => {
  const requests = Array.from({ length: 5 }, () => randomUUID());
  await ledger.given(
    ...requests.flatMap((id, index) => deletion(`${asset}-${index}`, { subject, request: id })),
  );
  const page = (cursor?: number) =>
    ledger.as(TENANT, db => listRequests(db, TENANT, { cursor, subject, limit: 2, now: dayDate(10) }));
  const seen: string[] = [];
  let rows = await page();
  while (rows.length > 0) {
    seen.push(...rows.map(row => row.request));
    await ledger.given(...deletion(`${asset}-${seen.length}-later`, { subject, request: randomUUID() }));
    rows = await page(rows.at(-1)?.position);
  }
  expect(seen).toEqual(requests.toReversed());
  const all = await ledger.as(TENANT, db => listRequests(db, TENANT, { limit: 500, now: dayDate(10) }));
  expect(all.length).toBeGreaterThan(requests.length);
});

describe('the horizon', () => {
  let tenant = '';
  beforeEach(() => (tenant = randomUUID()));
  const state = (): Promise<DeletionRequestRow | undefined> =>
    ledger.as(tenant, db => getRequest(db, tenant, request, dayDate(40)));
  const reached = (epoch: number, at: number): NewEvent =>
    event('horizon.reached', { epoch, at: day(at) }, { tenant, time: day(at) });
  const erased = (): NewEvent[] => [
    ...deletion(asset, { tenant, subject, request }),
    ...erasure(asset, { tenant, subject, at: 30 }),
  ];

  test('of an epoch puts what was erased up to it beyond backup, once and for all', async () => {
    await ledger.given(...erased());
    expect(await state()).toMatchObject({ state: 'erased', horizonAt: null });
    await ledger.given(reached(1, 32));
    expect(await state()).toMatchObject({ state: 'beyond-backup', horizonAt: dayDate(32) });
    await ledger.given(reached(2, 33));
    expect(await state()).toMatchObject({ state: 'beyond-backup', horizonAt: dayDate(32) });
  });

  test('of one tenant says nothing of another', async () => {
    await ledger.given(...erased(), event('horizon.reached', { epoch: 1, at: day(32) }));
    expect(await state()).toMatchObject({ state: 'erased', horizonAt: null });
  });

  test('that is reached already leaves nothing to wait for', async () => {
    await ledger.given(reached(1, 20), ...erased());
    expect(await state()).toMatchObject({ state: 'beyond-backup', horizonAt: dayDate(30) });
  });

  test('of an account is that of its own key and of all its assets', async () => {
    const about = { tenant, subject };
    const closed = event(
      'account.erased',
      { request, keys: [], epoch: 9, erasedAt: day(31), certificate: CERTIFICATE },
      { ...about, time: day(31) },
    );
    const asked = event('account.deletion-requested', { request, cause: 'user' }, { ...about, time: day(5) });
    await ledger.given(asked, ...erased(), closed, reached(8, 32));
    expect(await state()).toMatchObject({ state: 'erased', horizonAt: null });
    await ledger.given(reached(9, 33));
    expect(await state()).toMatchObject({ state: 'beyond-backup', horizonAt: dayDate(33) });
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  erasureTotals,
  getErasure,
  overdue,
} from '../../../src/projections/erasure-ledger/queries/erasures.ts';
import { getHold, listHolds } from '../../../src/projections/erasure-ledger/queries/holds.ts';
import { tenantsWithOpenBatches } from '../../../src/projections/erasure-ledger/queries/open-batches.ts';
import {
  countOverdue,
  tenantsWithExpiredHolds,
} from '../../../src/projections/erasure-ledger/queries/overdue-count.ts';
import {
  BATCH,
  CERTIFICATE,
  day,
  dayDate,
  deletion,
  erasure,
  event,
  KEY,
  REQUEST,
  SUBJECT,
  TENANT,
  upload,
} from '../support/events.ts';
import { POLICY } from '../support/history.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;
let tenant: string;
beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());
beforeEach(() => (tenant = randomUUID()));

const held = (assets: string[], about: { hold: string; expiresAt?: string }) =>
  event(
    'hold.placed',
    { kind: 'regulator', authority: 'agency/9', ground: 'inquiry', scope: { assets }, ...about },
    { tenant, time: day(1) },
  );

test('the record of an erasure holds keys, method, times, positions and certificate', async () => {
  await ledger.given(
    upload('a', { tenant }),
    ...deletion('a', { tenant }),
    ...erasure('a', { tenant, at: 31 }),
  );
  const head = await ledger.log.head();
  expect(await ledger.as(tenant, db => getErasure(db, tenant, 'a'))).toEqual({
    ...{ asset: 'a', subject: SUBJECT, request: REQUEST, cause: 'user', basis: 'abuse-monitoring' },
    ...{
      hiddenAt: dayDate(5),
      hiddenPosition: head - 2,
      eraseAt: dayDate(30),
      batch: BATCH,
      keys: [KEY],
      epoch: 1,
    },
    ...{ erasedAt: dayDate(31), erasedPosition: head - 1, certificate: CERTIFICATE },
    ...{ method: 'cryptographic-erase', certifiedPosition: head, horizonAt: null },
  });
});

test('an erasure on schedule has a record without a request', async () => {
  const scheduled = event(
    'asset.erased',
    { batch: BATCH, cause: 'schedule', keys: [KEY], eraseAt: day(60), erasedAt: day(60) },
    { tenant, asset: 'a', subject: SUBJECT },
  );
  await ledger.given(upload('a', { tenant }), scheduled);
  expect(await ledger.as(tenant, db => getErasure(db, tenant, 'a'))).toMatchObject({
    ...{ cause: 'schedule', request: null, hiddenAt: null, eraseAt: dayDate(60), certificate: null },
  });
});

test('erasures add up by cause, with their lateness', async () => {
  await ledger.given(
    ...erasure('a', { tenant, due: 30, at: 30 }),
    ...erasure('b', { tenant, due: 30, at: 32 }),
  );
  await ledger.given(...erasure('c', { tenant, due: 30, at: 31 }));
  const totals = (from: number, to: number) =>
    ledger.as(tenant, db => erasureTotals(db, tenant, { from: dayDate(from), to: dayDate(to) }));
  const DAY_MS = 86_400_000;
  expect(await totals(0, 99)).toEqual([
    { cause: 'user', erased: 3, keys: 3, lateMs: 3 * DAY_MS, lateMsMax: 2 * DAY_MS },
  ]);
  expect(await totals(30, 31)).toMatchObject([{ erased: 2, lateMsMax: DAY_MS }]);
});

describe('overdue', () => {
  const late = async (at: number): Promise<string[]> => {
    const rows = await overdue(ledger.writer, { now: dayDate(at), sla: 'P1D', limit: 10, tenant });
    return rows.map(({ asset }) => asset);
  };

  test('is what should have been erased an SLA ago', async () => {
    await ledger.given(upload('a', { tenant }), ...deletion('a', { tenant }));
    expect(await late(31)).toEqual([]);
    expect(await late(31.01)).toEqual(['a']);
    await ledger.given(...erasure('a', { tenant, at: 32 }));
    expect(await late(33)).toEqual([]);
  });

  test('is not what a hold keeps', async () => {
    const hold = randomUUID();
    await ledger.given(
      upload('a', { tenant }),
      ...deletion('a', { tenant }),
      held(['a'], { hold, expiresAt: day(40) }),
    );
    expect(await late(39)).toEqual([]);
    expect(await late(41)).toEqual(['a']);
  });

  test('is counted over all tenants by their own SLA, schedules included', async () => {
    const before = await countOverdue(ledger.writer, dayDate(63));
    const policy = (version: number, erasureSla: string) =>
      event('policy.adopted', { version, policy: { ...POLICY, erasureSla } }, { tenant });
    await ledger.given(policy(1, 'P2D'), upload('scheduled', { tenant }), upload('kept', { tenant }));
    await ledger.given(held(['kept'], { hold: randomUUID() }));
    expect((await countOverdue(ledger.writer, dayDate(63))) - before).toBe(1);
    await ledger.given(policy(2, 'P9D'));
    expect((await countOverdue(ledger.writer, dayDate(63))) - before).toBe(0);
  });
});

describe('an erasure that has begun', () => {
  test('is open until it is completed, and once completed not again', async () => {
    const [first, second] = [randomUUID(), randomUUID()];
    const started = (batch: string) =>
      event(
        'erasure.started',
        { batch, targets: [{ asset: 'a', eraseAt: day(30), cause: 'user' }] },
        { tenant, time: day(30) },
      );
    const completed = (batch: string) =>
      event('erasure.completed', { batch, erased: 1 }, { tenant, time: day(30) });
    const isOpen = async () => (await tenantsWithOpenBatches(ledger.writer)).includes(tenant);
    await ledger.given(started(first), started(second));
    expect(await isOpen()).toBe(true);
    await ledger.given(completed(first));
    expect(await isOpen()).toBe(true);
    await ledger.given(completed(second));
    expect(await isOpen()).toBe(false);
  });

  test('leaves nothing open where start and completion come together', async () => {
    const batch = randomUUID();
    await ledger.given(
      event(
        'erasure.started',
        { batch, targets: [{ asset: 'a', eraseAt: day(30), cause: 'user' }] },
        { tenant },
      ),
      event('erasure.completed', { batch, erased: 1 }, { tenant }),
    );
    expect(await tenantsWithOpenBatches(ledger.writer)).not.toContain(tenant);
  });
});

describe('holds', () => {
  test('are listed newest first with what they preserve and their state', async () => {
    const [first, second, third] = [randomUUID(), randomUUID(), randomUUID()];
    await ledger.given(
      held(['b', 'a'], { hold: first }),
      held(['c'], { hold: second, expiresAt: day(20) }),
      event(
        'hold.placed',
        {
          hold: third,
          kind: 'litigation',
          authority: 'court/2',
          ground: 'order',
          scope: { subject: SUBJECT },
        },
        { tenant },
      ),
      event('hold.released', { hold: third, cause: 'released' }, { tenant, time: day(3) }),
    );
    const page = (at: number, limit: number, cursor?: number) =>
      ledger.as(tenant, db => listHolds(db, tenant, { now: dayDate(at), limit, cursor }));
    const newest = await page(10, 2);
    expect(newest).toMatchObject([
      { hold: third, state: 'released', subject: SUBJECT, assets: [], releasedAt: dayDate(3) },
      { hold: second, state: 'active', kind: 'regulator', authority: 'agency/9', assets: ['c'] },
    ]);
    expect(await page(10, 2, newest.at(-1)?.position)).toMatchObject([{ hold: first, assets: ['a', 'b'] }]);
    expect(await ledger.as(tenant, db => getHold(db, tenant, second, dayDate(20)))).toMatchObject({
      state: 'expired',
    });
  });

  test('whose date has passed without a release are found for the worker', async () => {
    const hold = randomUUID();
    await ledger.given(held(['a'], { hold, expiresAt: day(20) }));
    const expired = (at: number) => tenantsWithExpiredHolds(ledger.writer, dayDate(at));
    expect(await expired(19)).not.toContain(tenant);
    expect(await expired(20)).toContain(tenant);
    await ledger.given(event('hold.released', { hold, cause: 'expired' }, { tenant, time: day(20) }));
    expect(await expired(20)).not.toContain(tenant);
    expect(await ledger.as(tenant, db => getHold(db, tenant, hold, dayDate(21)))).toMatchObject({
      state: 'expired',
    });
  });
});

test('another tenant has no record of it', async () => {
  await ledger.given(upload('a', { tenant }), ...deletion('a', { tenant }));
  expect(await ledger.as(TENANT, db => getErasure(db, tenant, 'a'))).toBeUndefined();
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventType } from '../../src/domain/events/catalogue.ts';
import type { Actor } from '../../src/domain/events/envelope.ts';
import { listAudit, type AuditFilter, type AuditPage } from '../../src/projections/audit-trail/query.ts';
import {
  BATCH,
  day,
  dayDate,
  deletion,
  event,
  OTHER_TENANT,
  SUBJECT,
  TENANT,
  upload,
} from './support/events.ts';
import { openLedger, type Ledger } from './support/ledger.ts';

const DPO: Actor = { kind: 'staff', id: 'staff-1', role: 'dpo' };
const HOLD = '60000000-0000-4000-8000-000000000001';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
  await ledger.given(
    upload('a'),
    event('asset.viewed', { purpose: 'safety' }, { asset: 'a', subject: SUBJECT, time: day(1), actor: DPO }),
    ...deletion('a', { at: 2, actor: DPO }),
    event('subject.viewed', { purpose: 'export' }, { subject: SUBJECT, time: day(3) }),
    event('credential.issued', { credential: 'key-9', role: 'auditor' }, { time: day(4) }),
    event('access.denied', { action: 'asset.content', reason: 'forbidden' }, { time: day(5), actor: DPO }),
    event('hold.released', { hold: HOLD, cause: 'expired' }, { time: day(6) }),
    event('erasure.completed', { batch: BATCH, erased: 0 }, { time: day(7) }),
    upload('elsewhere', { tenant: OTHER_TENANT }),
  );
});
afterAll(() => ledger.close());

const list = (filter: AuditFilter = {}, page: Partial<AuditPage> = {}) =>
  ledger.as(TENANT, db => listAudit(db, TENANT, filter, { limit: 50, ...page }));
const positions = async (filter: AuditFilter, page: Partial<AuditPage> = {}): Promise<number[]> =>
  (await list(filter, page)).map(({ position }) => position);

describe('the audit trail', () => {
  test('has every event of the tenant, newest first', async () => {
    expect(await positions({})).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(await positions({}, { order: 'oldest-first' })).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('says who did what to which asset, for what, and when', async () => {
    expect((await list({}, { order: 'oldest-first' }))[1]).toEqual({
      ...{
        position: 2,
        time: dayDate(1),
        action: 'asset.viewed',
        actorKind: 'staff',
        actor: 'staff-1',
        role: 'dpo',
      },
      ...{ target: 'a', outcome: 'ok', purpose: 'safety' },
    });
  });

  test.each<{ action: EventType; target: string }>([
    { action: 'upload.received', target: 'a' },
    { action: 'subject.viewed', target: SUBJECT },
    { action: 'credential.issued', target: 'key-9' },
    { action: 'access.denied', target: 'asset.content' },
    { action: 'hold.released', target: HOLD },
    { action: 'erasure.completed', target: BATCH },
  ])('$action has the target $target', async ({ action, target }) => {
    expect(await list({ action })).toMatchObject([{ target }]);
    expect(await list({ action, target })).toHaveLength(1);
  });

  test('marks what was denied', async () => {
    const denied = (await list()).filter(({ outcome }) => outcome === 'denied');
    expect(denied).toMatchObject([{ action: 'access.denied' }]);
  });

  test.each<{ filter: AuditFilter; found: number[] }>([
    { filter: { actor: 'staff-1' }, found: [7, 4, 3, 2] },
    { filter: { target: 'a' }, found: [4, 3, 2, 1] },
    { filter: { action: 'asset.hidden' }, found: [4] },
    { filter: { from: dayDate(3), to: dayDate(6) }, found: [7, 6, 5] },
    { filter: { from: dayDate(7) }, found: [9] },
    { filter: { actor: 'staff-1', target: 'a', to: dayDate(2) }, found: [2] },
    {
      filter: { actor: 'staff-1', action: 'asset.viewed', target: 'a', from: dayDate(1), to: dayDate(9) },
      found: [2],
    },
    { filter: { actor: 'nobody' }, found: [] },
  ])('narrows by $filter', async ({ filter, found }) => {
    expect(await positions(filter)).toEqual(found);
  });

  test('pages without skipping or repeating while events arrive, in both orders', async () => {
    for (const order of ['newest-first', 'oldest-first'] as const) {
      const expected = await positions({ target: 'a' }, { order });
      const seen: number[] = [];
      let page = await positions({ target: 'a' }, { order, limit: 3 });
      while (page.length > 0) {
        seen.push(...page);
        await ledger.given(event('asset.viewed', {}, { asset: 'b', subject: SUBJECT }));
        page = await positions({ target: 'a' }, { order, limit: 3, cursor: page.at(-1) });
      }
      expect(seen).toEqual(expected);
    }
  });
});

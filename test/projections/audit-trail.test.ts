import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EventType } from '../../src/domain/events/catalogue.ts';
import type { Actor } from '../../src/domain/events/envelope.ts';
import { countAudit, type AuditDays } from '../../src/projections/audit-trail/counts.ts';
import type { AuditFilter } from '../../src/projections/audit-trail/filter.ts';
import {
  listAudit,
  type AuditCursor,
  type AuditEntry,
  type AuditList,
  type AuditPage,
} from '../../src/projections/audit-trail/query.ts';
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

const ask = (filter: AuditFilter, page: Partial<AuditPage> = {}): Promise<AuditList> =>
  ledger.as(TENANT, db => listAudit(db, [TENANT], filter, { limit: 50, ...page }));
const list = async (
  filter: AuditFilter = {},
  page: Partial<AuditPage> = {},
): Promise<readonly AuditEntry[]> => (await ask(filter, page)).entries;
const positions = async (filter: AuditFilter, page: Partial<AuditPage> = {}): Promise<number[]> =>
  (await list(filter, page)).map(({ position }) => position);

/** A list to its end, `between` happening after each page. */
async function wholeList(
  filter: AuditFilter,
  page: Partial<AuditPage>,
  between: () => Promise<void>,
): Promise<number[]> {
  const seen: number[] = [];
  let cursor: AuditCursor | undefined;
  for (;;) {
    const { entries, asOf } = await ask(filter, { ...page, cursor });
    const last = entries.at(-1);
    if (last === undefined) return seen;
    seen.push(...entries.map(({ position }) => position));
    cursor = { time: last.time, position: last.position, asOf };
    await between();
  }
}

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
      ...{ tenant: TENANT, target: 'a', outcome: 'ok', purpose: 'safety', policy: 1, case: null },
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

  test('pages without skipping or repeating while events arrive, late reports included, in both orders', async () => {
    for (const order of ['newest-first', 'oldest-first'] as const) {
      const expected = await positions({ target: 'a' }, { order });
      const arriving = (): Promise<void> =>
        ledger.given(
          event('asset.viewed', {}, { asset: 'a', subject: SUBJECT, time: day(-1) }),
          event('asset.viewed', {}, { asset: 'a', subject: SUBJECT, time: day(1.5) }),
          event('asset.viewed', {}, { asset: 'a', subject: SUBJECT, time: day(99) }),
        );
      expect(await wholeList({ target: 'a' }, { order, limit: 2 }, arriving)).toEqual(expected);
    }
  });
});

describe('filters of the audit trail', () => {
  const USER: Actor = { kind: 'subject', id: SUBJECT, role: 'subject' };
  const ACTORS: readonly Actor[] = [DPO, USER, { kind: 'worker', id: 'eraser' }];
  const ASSETS = ['f1', 'f2', 'f3'];
  let trail: readonly AuditEntry[] = [];
  beforeAll(async () => {
    await ledger.given(
      ...Array.from({ length: 60 }, (_, index) => {
        const about = { asset: ASSETS[index % 3] ?? '', subject: SUBJECT, tenant: OTHER_TENANT };
        const how = { actor: ACTORS[index % 3] ?? DPO, time: day(((index * 7) % 20) / 2) };
        return index % 5 === 0
          ? event('training.denied', { reason: 'policy' }, { ...about, ...how })
          : event('asset.viewed', { purpose: 'serving' }, { ...about, ...how });
      }),
    );
    trail = (await other({})).entries;
  });

  const other = (filter: AuditFilter, page: Partial<AuditPage> = {}): Promise<AuditList> =>
    ledger.as(OTHER_TENANT, db => listAudit(db, [OTHER_TENANT], filter, { limit: 100, ...page }));

  /** The same filter, row by row. */
  const matches = (filter: AuditFilter, entry: AuditEntry): boolean =>
    (filter.actor === undefined || entry.actor === filter.actor) &&
    (filter.role === undefined || entry.role === filter.role) &&
    (filter.action === undefined || new RegExp(`^${filter.action.replace('*', '.*')}$`).test(entry.action)) &&
    (filter.target === undefined || entry.target === filter.target) &&
    (filter.outcome === undefined || entry.outcome === filter.outcome) &&
    (filter.policy === undefined || entry.policy === filter.policy) &&
    (filter.case === undefined || entry.case === filter.case) &&
    (filter.from === undefined || entry.time >= filter.from) &&
    (filter.to === undefined || entry.time < filter.to);

  const given = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(value, { nil: undefined });
  const anyFilter: fc.Arbitrary<AuditFilter> = fc.record({
    actor: given(fc.constantFrom('staff-1', SUBJECT, 'eraser', 'nobody')),
    role: given(fc.constantFrom('dpo', 'subject')),
    action: given(fc.constantFrom('asset.viewed', 'asset.*', 'training.*', '*', 'nothing.*')),
    target: given(fc.constantFrom(...ASSETS)),
    outcome: given(fc.constantFrom('ok', 'denied')),
    policy: given(fc.constantFrom(1, 2)),
    case: given(fc.constant(HOLD)),
    from: given(fc.integer({ min: 0, max: 9 }).map(dayDate)),
    to: given(fc.integer({ min: 1, max: 10 }).map(dayDate)),
  });

  test('any of them together leave what they leave of the whole trail, in its order, page by page', async () => {
    expect(trail.length).toBeGreaterThan(50);
    await fc.assert(
      fc.asyncProperty(
        anyFilter,
        fc.constantFrom('newest-first' as const, 'oldest-first' as const),
        fc.integer({ min: 1, max: 20 }),
        async (filter, order, limit) => {
          const sorted = order === 'newest-first' ? trail : trail.toReversed();
          const expected = sorted.filter(entry => matches(filter, entry));
          const first = await other(filter, { order, limit });
          expect(first.entries).toEqual(expected.slice(0, limit));
          const last = first.entries.at(-1);
          if (last === undefined) return;
          const cursor = { time: last.time, position: last.position, asOf: first.asOf };
          const second = await other(filter, { order, limit, cursor });
          expect(second.entries).toEqual(expected.slice(limit, 2 * limit));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('count by day what they leave', async () => {
    await fc.assert(
      fc.asyncProperty(anyFilter, async ({ from, to, ...filter }) => {
        const days: AuditDays = { ...filter, from, to };
        const counts = await ledger.as(OTHER_TENANT, db => countAudit(db, OTHER_TENANT, days));
        const expected = new Map<string, number>();
        for (const { time, action, outcome, ...entry } of trail) {
          const to2 = to === undefined ? undefined : new Date(to.getTime() + 86_400_000);
          if (!matches({ ...filter, from, to: to2 }, { ...entry, time, action, outcome })) continue;
          const key = `${time.toISOString().slice(0, 10)} ${action} ${outcome}`;
          expected.set(key, (expected.get(key) ?? 0) + 1);
        }
        const found = counts.map(({ day: on, action, outcome, events }) => [
          `${on} ${action} ${outcome}`,
          events,
        ]);
        expect(found).toEqual([...expected].sort(([a], [b]) => (a < b ? -1 : 1)));
      }),
      { numRuns: 80 },
    );
  });

  test('see every tenant where the connection may, and one where it may not', async () => {
    const both = { limit: 100 };
    const across = await listAudit(ledger.writer, [TENANT, OTHER_TENANT], { action: 'asset.viewed' }, both);
    expect(new Set(across.entries.map(({ tenant }) => tenant))).toEqual(new Set([TENANT, OTHER_TENANT]));
    const times = across.entries.map(({ time }) => time.getTime());
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    const fenced = await ledger.as(TENANT, db => listAudit(db, [TENANT, OTHER_TENANT], {}, both));
    expect(new Set(fenced.entries.map(({ tenant }) => tenant))).toEqual(new Set([TENANT]));
  });

  test('find the same whether few facets match or many, near or far', async () => {
    const tenant = '7e000000-0000-4000-8000-000000000003';
    const keys = Array.from({ length: 50 }, (_, index): Actor => ({
      kind: 'staff',
      id: `key-${index}`,
      role: 'dpo',
    }));
    const viewed = (actor: Actor, at: number) =>
      event('asset.viewed', {}, { tenant, asset: 'many', subject: SUBJECT, actor, time: day(at) });
    const hidden = Array.from({ length: 500 }, (_, index) =>
      event(
        'asset.shared',
        { audience: 'link' },
        { tenant, asset: 'x', subject: SUBJECT, time: day(5 + index / 1_000) },
      ),
    );
    await ledger.given(...keys.map((actor, index) => viewed(actor, index / 100)), ...hidden);
    const asked = (filter: AuditFilter, page: Partial<AuditPage>): Promise<AuditList> =>
      ledger.as(tenant, db => listAudit(db, [tenant], filter, { limit: 10, ...page }));
    const all = keys.map(({ id }) => id);
    for (const [order, expected] of [
      ['oldest-first', all.slice(0, 10)],
      ['newest-first', all.toReversed().slice(0, 10)],
    ] as const) {
      const { entries } = await asked({ action: 'asset.viewed' }, { order });
      expect(entries.map(({ actor }) => actor)).toEqual(expected);
    }
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { ENTRY_LIFE } from '../../../src/domain/case/entry-life.ts';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import { dueEntries } from '../../../src/projections/cases/queries/due-entries.ts';
import { accessRequests, linkedAssets, linkedSubjects } from '../../../src/projections/cases/queries/file.ts';
import { getCase } from '../../../src/projections/cases/queries/queue.ts';
import { getHold, listHolds } from '../../../src/projections/erasure-ledger/queries/holds.ts';
import { listPreserved } from '../../../src/projections/erasure-ledger/queries/preserved.ts';
import type { Db } from '../../../src/projections/runner/view.ts';
import { day, dayDate, erasure, event, OTHER_TENANT, SUBJECT, TENANT, upload } from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger | undefined;
const opened = (): Ledger => ledger ?? expect.fail('no ledger');
beforeEach(async () => {
  await ledger?.close();
  ledger = await openLedger();
});
afterAll(() => ledger?.close());

interface Story {
  readonly id: string;
  readonly note: string;
  readonly events: NewEvent[];
}

function aCase(asset: string, time = day(1), tenant = TENANT): Story {
  const [id, note] = [randomUUID(), randomUUID()];
  return {
    ...{ id, note },
    events: [
      upload(asset, { tenant }),
      event(
        'case.opened',
        { case: id, priority: 'urgent', origin: 'deadline', signals: [] },
        { time, tenant },
      ),
      event('case.linked', { case: id, assets: [asset], subjects: [SUBJECT] }, { time, tenant }),
      event('case.noted', { case: id, note }, { time, tenant }),
    ],
  };
}

const due = (now: string, limit = 10) =>
  dueEntries(opened().writer, { now: new Date(now), limit, ...ENTRY_LIFE }).then(rows =>
    rows.map(({ entry }) => entry),
  );
const as = <T>(query: (db: Db) => Promise<T>): Promise<T> => opened().as(TENANT, query);

describe('a note', () => {
  test('is due when something that it is about is erased, not before', async () => {
    const [one, other] = [aCase('gone'), aCase('stays')];
    await opened().given(...one.events, ...other.events);
    expect(await due(day(2))).toEqual([]);
    await opened().given(...erasure('gone', {}));
    expect(await due(day(2))).toEqual([one.note]);
    await opened().given(
      event('case.entries-expired', { case: one.id, entries: [one.note], keys: [], erasedAt: day(61) }),
    );
    expect(await due(day(2))).toEqual([]);
  });

  test('of one tenant stands behind no more than one of each other', async () => {
    const many = [aCase('a'), aCase('b'), aCase('c')];
    const other = aCase('d', day(1), OTHER_TENANT);
    await opened().given(...many.flatMap(({ events }) => events), ...other.events);
    expect(await due('2027-03-03T00:00:00Z', 2)).toContain(other.note);
  });

  test('is due when the account that it is about is erased', async () => {
    const story = aCase('a');
    const [request, certificate] = [randomUUID(), randomUUID()];
    const about = { subject: SUBJECT, time: day(2) };
    await opened().given(
      ...story.events,
      event('account.deletion-requested', { request, cause: 'user' }, about),
    );
    expect(await due(day(3))).toEqual([]);
    await opened().given(
      event('account.erased', { request, keys: [], erasedAt: day(2), certificate }, about),
    );
    expect(await due(day(3))).toEqual([story.note]);
    expect(await as(db => linkedSubjects(db, TENANT, story.id))).toEqual([]);
  });

  test('is due six months after the decision, and after two years in any case', async () => {
    const story = aCase('a');
    await opened().given(...story.events);
    expect(await due('2027-03-01T00:00:00Z')).toEqual([]);
    expect(await due('2027-03-03T00:00:00Z')).toEqual([story.note]);
    await opened().given(
      event(
        'case.decided',
        { case: story.id, decision: 'no-action', automated: false, redress: [] },
        { time: day(10) },
      ),
    );
    expect(await due('2025-09-10T00:00:00Z')).toEqual([]);
    expect(await due('2025-09-12T00:00:00Z')).toEqual([story.note]);
  });
});

test('after an erasure no list says what the case was about; the numbers stay true', async () => {
  const story = aCase('gone');
  const request = randomUUID();
  const wanted = {
    asset: 'gone',
    parts: ['content'],
    reason: 'appeal',
    duration: 'PT1H',
    by: 'one',
  } as const;
  await opened().given(
    ...story.events,
    event('access.requested', { case: story.id, request, ...wanted, parts: ['content'] }, { time: day(2) }),
  );
  expect(await as(db => linkedAssets(db, TENANT, story.id))).toMatchObject([{ asset: 'gone' }]);
  await opened().given(...erasure('gone', {}));
  expect(await as(db => linkedAssets(db, TENANT, story.id))).toEqual([]);
  expect(await as(db => getCase(db, TENANT, story.id))).toMatchObject({ assets: 0, nextErasure: null });
  const [access] = await as(db => accessRequests(db, TENANT, story.id, dayDate(3)));
  expect(access).toMatchObject({ request, asset: null, state: 'requested', reveals: 0 });
});

describe('a hold that takes two', () => {
  const hold = randomUUID();
  const terms = {
    hold,
    kind: 'litigation',
    authority: 'court/1',
    ground: 'order',
    requestedBy: 'dpo',
    scope: { assets: ['kept'] },
  } as const;
  const request = () =>
    event(
      'hold.requested',
      { ...terms, scope: { assets: ['kept'] }, preservesUntil: day(4) },
      { time: day(1) },
    );
  const placed = () => event('hold.placed', { ...terms, scope: { assets: ['kept'] } }, { time: day(2) });
  const stateAt = async (days: number) => (await as(db => getHold(db, TENANT, hold, dayDate(days))))?.state;
  const preservedAt = (days: number) => as(db => listPreserved(db, TENANT, { limit: 5, now: dayDate(days) }));

  test('preserves from the request on, and lapses by itself', async () => {
    await opened().given(upload('kept', {}), request());
    expect([await stateAt(3), await stateAt(4)]).toEqual(['requested', 'lapsed']);
    expect(await preservedAt(3)).toMatchObject([{ asset: 'kept', state: 'requested', until: dayDate(4) }]);
    expect(await preservedAt(4)).toEqual([]);
  });

  test('is one row, in force from the approval on, in one batch or in two', async () => {
    await opened().given(upload('kept', {}), request());
    await opened().given(placed());
    expect(await stateAt(400)).toBe('active');
    const rows = await as(db => listHolds(db, TENANT, { limit: 5, now: dayDate(400) }));
    expect(rows).toMatchObject([
      { hold, requestedBy: 'dpo', requestedAt: dayDate(1), placedAt: dayDate(2), expiresAt: null },
    ]);
    await opened().given(event('hold.released', { hold, cause: 'released' }, { time: day(9) }));
    expect(await stateAt(400)).toBe('released');
    expect(await preservedAt(400)).toEqual([]);
  });

  test('that was withdrawn preserves nothing', async () => {
    await opened().given(
      upload('kept', {}),
      request(),
      event('hold.released', { hold, cause: 'withdrawn' }, { time: day(2) }),
    );
    expect(await stateAt(3)).toBe('withdrawn');
    expect(await preservedAt(3)).toEqual([]);
  });
});

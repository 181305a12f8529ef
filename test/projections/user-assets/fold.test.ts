import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import { descendants } from '../../../src/projections/user-assets/queries/descendants.ts';
import { getAsset, type AssetRow } from '../../../src/projections/user-assets/queries/get-asset.ts';
import { countBySubjectStatus } from '../../../src/projections/user-assets/queries/of-subject.ts';
import { parents } from '../../../src/projections/user-assets/queries/parents.ts';
import {
  CERTIFICATE,
  dayDate,
  day,
  deletion,
  erasure,
  event,
  REQUEST,
  SUBJECT,
  TENANT,
  upload,
} from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';

let ledger: Ledger;
let number = 0;
let asset: string;

beforeAll(async () => (ledger = await openLedger()));
afterAll(() => ledger.close());
beforeEach(() => (asset = `asset-${(number += 1)}`));

const row = (): Promise<AssetRow | undefined> => ledger.as(TENANT, db => getAsset(db, TENANT, asset));
/** The same events in one batch, and in a batch each: the fold must not see the difference. */
const given = async (events: readonly NewEvent[], apart: boolean): Promise<void> => {
  if (!apart) return ledger.given(...events);
  for (const one of events) await ledger.given(one);
};
const requested = (data = {}): NewEvent =>
  event(
    'generation.requested',
    { modality: 'image', model: 'm/draw:1', ...data },
    { asset, subject: SUBJECT },
  );
const retention = { windowEnds: day(30), scheduledFor: day(60) };

describe.each([
  { batches: 'in one batch', apart: false },
  { batches: 'in a batch each', apart: true },
])('events of one asset, $batches', ({ apart }) => {
  test('an upload makes a visible asset, to be erased as scheduled', async () => {
    await given([upload(asset)], apart);
    expect(await row()).toMatchObject({
      ...{ asset, subject: SUBJECT, kind: 'upload', status: 'visible', stored: true, bytes: 1_000 },
      ...{ mediaType: 'image/png', createdAt: dayDate(0), windowEnds: dayDate(30) },
      ...{ scheduledFor: dayDate(60), eraseAt: dayDate(60), piiAction: null, hiddenAt: null },
    });
  });

  test('a generation is dated by its request and described by its completion', async () => {
    const completed = event(
      'generation.completed',
      { bytes: 42, mediaType: 'image/webp', retention: { windowEnds: day(99), scheduledFor: day(99) } },
      { asset, subject: SUBJECT, time: day(1), sealed: true },
    );
    await given([requested({ retention }), completed], apart);
    expect(await row()).toMatchObject({
      ...{ kind: 'generation', modality: 'image', model: 'm/draw:1', bytes: 42, mediaType: 'image/webp' },
      ...{ createdAt: dayDate(0), scheduledFor: dayDate(60), eraseAt: dayDate(60), stored: true },
    });
  });

  test('a blocked generation stays one', async () => {
    const blocked = event('generation.blocked', { rule: 'r1', ground: 'abuse' }, { asset, subject: SUBJECT });
    await given([blocked, requested()], apart);
    expect(await row()).toMatchObject({ kind: 'blocked', stored: false });
  });

  test('a deletion hides and brings the erasure forward', async () => {
    await given([upload(asset), ...deletion(asset)], apart);
    expect(await row()).toMatchObject({
      ...{ status: 'hidden', hiddenAt: dayDate(5), request: REQUEST, cause: 'user' },
      ...{ scheduledFor: dayDate(60), eraseAt: dayDate(30) },
    });
  });

  test('a second deletion may bring it forward but never puts it off', async () => {
    const other = '4d000000-0000-4000-8000-000000000002';
    await given(
      [
        upload(asset),
        ...deletion(asset),
        ...deletion(asset, { eraseAt: 20, request: other }),
        ...deletion(asset, { eraseAt: 50, request: other }),
      ],
      apart,
    );
    expect(await row()).toMatchObject({ eraseAt: dayDate(20), request: REQUEST });
  });

  test('what arrives after the deletion does not bring the asset back', async () => {
    await given([requested({ retention }), ...deletion(asset), requested(), upload(asset)], apart);
    expect(await row()).toMatchObject({ status: 'hidden', eraseAt: dayDate(30) });
  });

  test('a deletion known before its asset hides it all the same', async () => {
    await given([...deletion(asset), upload(asset)], apart);
    expect(await row()).toMatchObject({
      ...{ status: 'hidden', createdAt: dayDate(0), scheduledFor: dayDate(60), eraseAt: dayDate(30) },
    });
  });

  test('an erasure is kept with its certificate, whatever comes after', async () => {
    await given([upload(asset), ...erasure(asset), ...deletion(asset), requested()], apart);
    expect(await row()).toMatchObject({
      ...{ status: 'erased', erasedAt: dayDate(30), certificate: CERTIFICATE, cause: 'user' },
    });
  });

  test('the latest PII action counts until it is cleared', async () => {
    const applied = (action: 'mask' | 'hide') =>
      event('pii.action-applied', { action }, { asset, subject: SUBJECT });
    await given([upload(asset), applied('mask'), applied('hide')], apart);
    expect(await row()).toMatchObject({ piiAction: 'hide' });
    await given([event('pii.cleared', {}, { asset, subject: SUBJECT })], apart);
    expect(await row()).toMatchObject({ piiAction: null });
  });

  test('an asset of which nothing was kept says so', async () => {
    await given([upload(asset, { sealed: false }, { store: false })], apart);
    expect(await row()).toMatchObject({ stored: false });
  });
});

test('lineage is followed both ways, and a cycle ends', async () => {
  const child = (name: string, ...from: string[]) => upload(name, {}, { parents: from });
  await ledger.given(upload(asset), child(`${asset}-b`, asset), child(`${asset}-c`, `${asset}-b`, asset));
  await ledger.given(child(asset, `${asset}-c`));
  expect(await ledger.as(TENANT, db => descendants(db, TENANT, asset))).toEqual([
    { asset: `${asset}-b`, depth: 1 },
    { asset: `${asset}-c`, depth: 1 },
  ]);
  expect(await ledger.as(TENANT, db => parents(db, TENANT, `${asset}-c`))).toEqual([asset, `${asset}-b`]);
});

test('a subject has its assets counted by status', async () => {
  const subject = '5b000000-0000-4000-8000-000000000099';
  const of = (name: string) => upload(`${asset}-${name}`, { subject });
  await ledger.given(of('a'), of('b'), of('c'), of('d'), ...deletion(`${asset}-b`), ...erasure(`${asset}-c`));
  expect(await ledger.as(TENANT, db => countBySubjectStatus(db, TENANT, subject))).toEqual({
    ...{ visible: 2, hidden: 1, erased: 1 },
  });
});

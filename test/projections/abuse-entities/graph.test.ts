import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Entity, EntityKind } from '../../../src/domain/entities/entity.ts';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import { abuseActivity } from '../../../src/projections/abuse-activity/view.ts';
import { BURST, newcomersAfterBursts } from '../../../src/projections/abuse-entities/queries/newcomers.ts';
import { entitiesOfSubject } from '../../../src/projections/abuse-entities/queries/of-subject.ts';
import { pivot, PIVOT_LIMITS, type Pivot } from '../../../src/projections/abuse-entities/queries/pivot.ts';
import { abuseEntities, type FindSightings } from '../../../src/projections/abuse-entities/view.ts';
import { installView } from '../../../src/projections/runner/install.ts';
import { rebuildView } from '../../../src/projections/runner/rebuild.ts';
import type { View } from '../../../src/projections/runner/view.ts';
import { userAssets } from '../../../src/projections/user-assets/view.ts';
import { day, dayDate, erasure, event, OTHER_TENANT, TENANT, upload } from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';
import { dump } from '../support/tables.ts';

const entity = (kind: EntityKind, name: string): Entity => ({
  kind,
  token: Buffer.from(`${kind} ${name}`.padEnd(16)).subarray(0, 16).toString('base64url'),
});
const account = (n: number): string => `5b000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

/** What each asset was made with; an erased one, as with the real finder, is found no more. */
const seen = new Map<string, readonly Entity[]>();
const find: FindSightings = events =>
  Promise.resolve({
    ...{ unseen: [], refusal: undefined },
    sightings: events.flatMap(({ tenant, asset, subject, type, time }) => {
      const entities = type === 'upload.received' && asset !== undefined ? seen.get(asset) : undefined;
      if (asset === undefined || subject === undefined || entities === undefined) return [];
      return [{ tenant, asset, subject, seenAt: time, entities }];
    }),
  });
const view = abuseEntities(find);
const VIEWS: readonly View[] = [userAssets, abuseActivity, view];

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
  for (const one of VIEWS) await installView(ledger.writer, one);
});
afterAll(() => ledger.close());

async function given(...events: readonly NewEvent[]): Promise<void> {
  const position = await ledger.append(...events);
  const projector = ledger.projector({ views: VIEWS });
  await projector.start();
  await projector.caughtUp(position, { signal: AbortSignal.timeout(10_000) }).finally(() => projector.stop());
}
/** An asset of an account, made with these. */
function made(asset: string, n: number, entities: readonly Entity[], time = day(1), tenant = TENANT) {
  seen.set(asset, entities);
  return upload(asset, { tenant, subject: account(n), time });
}
function erased(asset: string, n: number) {
  seen.delete(asset);
  return erasure(asset, { subject: account(n) });
}
const pivotOn = (on: Entity, tenant = TENANT): Promise<Pivot | undefined> =>
  ledger.as(tenant, db => pivot(db, tenant, on));

describe('a pivot', () => {
  test('shows who has an entity, since when and on how many assets, the most first', async () => {
    const device = entity('device', 'a');
    await given(
      made('a1', 101, [device], day(1)),
      made('a2', 102, [device], day(2)),
      made('a3', 102, [device], day(4)),
      made('a4', 103, [entity('device', 'else')]),
    );
    expect(await pivotOn(device)).toMatchObject({
      degree: 2,
      isHub: false,
      subjects: [
        {
          subject: account(102),
          assets: 2,
          firstSeen: dayDate(2),
          lastSeen: dayDate(4),
          eraseAt: dayDate(60),
        },
        { subject: account(101), assets: 1, firstSeen: dayDate(1), lastSeen: dayDate(1) },
      ],
    });
  });

  test('goes on to what they share with others, and says through whom', async () => {
    const [device, payment, ip] = [entity('device', 'b'), entity('payment', 'b'), entity('ip', 'b')];
    await given(
      made('b1', 111, [device, payment]),
      made('b2', 112, [device, payment, ip]),
      made('b3', 113, [payment]),
      made('b4', 114, [ip]),
      made('b5', 115, [entity('ip', 'far')]),
    );
    const found = await pivotOn(device);
    expect(found?.entities).toEqual([
      { ...ip, degree: 2, isHub: false, via: [account(112)], beyond: [{ subject: account(114), assets: 1 }] },
      {
        ...payment,
        ...{ degree: 3, isHub: false, via: [account(111), account(112)] },
        beyond: [{ subject: account(113), assets: 1 }],
      },
    ]);
  });

  test('counts a hub up to its limit and does not walk through it', async () => {
    const [carrier, device] = [entity('ip24', 'carrier'), entity('device', 'c')];
    const crowd = Array.from({ length: PIVOT_LIMITS.hub + 20 }, (_, n) =>
      made(`c-${n}`, 1_000 + n, [carrier]),
    );
    await given(...crowd, made('c-one', 121, [carrier, device]));
    const through = await pivotOn(device);
    expect(through?.entities).toEqual([
      { ...carrier, degree: PIVOT_LIMITS.hub, isHub: true, via: [account(121)], beyond: [] },
    ]);
    const hub = await pivotOn(carrier);
    expect(hub).toMatchObject({ degree: PIVOT_LIMITS.hub, isHub: true });
    expect(hub?.subjects).toHaveLength(PIVOT_LIMITS.subjects);
  });

  test('finds nothing in another tenant, whose tokens are others', async () => {
    const device = entity('device', 'd');
    await given(made('d1', 131, [device]), made('d2', 132, [device], day(1), OTHER_TENANT));
    expect((await pivotOn(device, OTHER_TENANT))?.subjects).toMatchObject([{ subject: account(132) }]);
    expect((await pivotOn(device))?.subjects).toMatchObject([{ subject: account(131) }]);
  });
});

describe('a link', () => {
  test('goes with the last asset that it rests on, and no sooner', async () => {
    const [device, ip] = [entity('device', 'e'), entity('ip', 'e')];
    await given(made('e1', 141, [device, ip]), made('e2', 141, [device]), made('e3', 142, [device]));
    await given(...erased('e1', 141));
    expect(await pivotOn(ip)).toBeUndefined();
    expect((await pivotOn(device))?.subjects).toMatchObject([
      { subject: account(141), assets: 1 },
      { subject: account(142), assets: 1 },
    ]);
    await given(...erased('e2', 141));
    expect((await pivotOn(device))?.subjects).toMatchObject([{ subject: account(142) }]);
    expect(await ledger.as(TENANT, db => entitiesOfSubject(db, TENANT, account(141)))).toEqual([]);
  });

  test('is not shown of an account that is erased, before any view knows', async () => {
    const [device, payment] = [entity('device', 'f'), entity('payment', 'f')];
    await given(made('f1', 151, [device]), made('f2', 152, [device, payment]), made('f3', 153, [payment]));
    await ledger.key(`subject/${account(151)}`, 'erased');
    await ledger.key(`subject/${account(153)}`, 'erased');
    const found = await pivotOn(device);
    expect(found?.subjects.map(({ subject }) => subject)).toEqual([account(152)]);
    expect(found?.entities.flatMap(({ beyond }) => beyond)).toEqual([]);
  });

  test('leaves with the account, and with the tenant', async () => {
    const device = entity('device', 'g');
    await given(made('g1', 161, [device]), made('g2', 162, [device], day(1), OTHER_TENANT));
    const end = { request: account(1), keys: [], erasedAt: day(3), certificate: account(2) };
    await given(event('account.erased', end, { subject: account(161) }));
    expect(await pivotOn(device)).toBeUndefined();
    const tenantEnd = { offboarding: account(3), erasedAt: day(3), certificate: account(2), kmsKeys: [] };
    await given(event('tenant.erased', tenantEnd, { tenant: OTHER_TENANT }));
    expect(await pivotOn(device, OTHER_TENANT)).toBeUndefined();
    for (const rows of Object.values(await dump(ledger.writer, view))) {
      expect(
        rows.filter(({ tenant, subject }) => tenant === OTHER_TENANT || subject === account(161)),
      ).toEqual([]);
    }
  });

  test('counts an asset once, however often it was seen, and in whatever batches', async () => {
    const device = entity('device', 'h');
    const first = made('h1', 171, [device], day(1));
    await given(first, made('h1', 171, [device], day(2)));
    await given(made('h1', 171, [device], day(3)));
    expect((await pivotOn(device))?.subjects).toMatchObject([
      { assets: 1, firstSeen: dayDate(1), lastSeen: dayDate(1) },
    ]);
  });
});

test('rebuilding after erasures gives the same rows', async () => {
  const device = entity('device', 'i');
  await given(made('i1', 181, [device]), made('i2', 182, [device]));
  await given(...erased('i1', 181));
  const live = await dump(ledger.writer, view);
  await rebuildView({ log: ledger.log, writer: ledger.writer, view, batchSize: 7 });
  expect(await dump(ledger.writer, view)).toEqual(live);
});

describe('bursts before a new account on the same device', () => {
  const newcomers = (n: number, since = dayDate(0)) =>
    ledger.as(TENANT, db => newcomersAfterBursts(db, TENANT, account(n), since));
  const burst = (name: string, n: number, device: Entity, at: number, count = BURST) =>
    Array.from({ length: count }, (_, index) =>
      made(`${name}-${index}`, n, [device], day(at + index / 1_440)),
    );

  test('show the account that came within a day, and not those that came later, earlier or elsewhere', async () => {
    const device = entity('device', 'j');
    await given(
      ...burst('j', 201, device, 10),
      made('j-soon', 202, [device], day(10.5)),
      made('j-late', 203, [device], day(12)),
      made('j-old', 204, [device], day(9)),
      made('j-elsewhere', 205, [entity('device', 'k')], day(10.5)),
    );
    expect(await newcomers(201)).toEqual([
      { subject: account(202), firstSeen: dayDate(10.5), eventsBefore: BURST },
    ]);
    expect(await newcomers(201, dayDate(11))).toEqual([]);
    await ledger.key(`subject/${account(202)}`, 'erased');
    expect(await newcomers(201)).toEqual([{ subject: null, firstSeen: dayDate(10.5), eventsBefore: BURST }]);
  });

  test('are none where there was less than a burst', async () => {
    const device = entity('device', 'l');
    await given(...burst('l', 211, device, 10, BURST - 1), made('l-soon', 212, [device], day(10.5)));
    expect(await newcomers(211)).toEqual([]);
  });
});

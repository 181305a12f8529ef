import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { LetheError } from '../../../src/domain/errors.ts';
import type { NewEvent } from '../../../src/domain/ports/event-log.ts';
import { seeAgain, tenantsWaiting } from '../../../src/projections/abuse-entities/see-again.ts';
import { abuseEntities, type FindSightings } from '../../../src/projections/abuse-entities/view.ts';
import { installView } from '../../../src/projections/runner/install.ts';
import { rebuildView } from '../../../src/projections/runner/rebuild.ts';
import { day, erasure, event, OTHER_TENANT, SUBJECT, TENANT, upload } from '../support/events.ts';
import { openLedger, type Ledger } from '../support/ledger.ts';
import { dump } from '../support/tables.ts';

const LIMIT = 1_000;
const TOKEN = Buffer.alloc(16, 7).toString('base64url');
const OTHER_SUBJECT = '5b000000-0000-4000-8000-000000000077';

/** Whose key is refused, and which assets' keys are gone. */
const refused = new Set<string>();
const gone = new Set<string>();
const asked: string[] = [];
/** Every upload comes from the same device. */
const find: FindSightings = (events, waiting) => {
  const uploads = events.flatMap(({ type, tenant, asset, subject, time, position }) =>
    type === 'upload.received' && asset !== undefined && subject !== undefined
      ? [{ tenant, asset, subject, position, seenAt: time }]
      : [],
  );
  asked.push(...uploads.filter(({ tenant }) => !waiting.has(tenant)).map(({ asset }) => asset));
  const isClosed = ({ tenant }: { readonly tenant: string }): boolean =>
    waiting.has(tenant) || refused.has(tenant);
  const cause = new LetheError('kms-key-disabled', 'not now');
  return Promise.resolve({
    unseen: uploads.filter(isClosed),
    sightings: uploads
      .filter(call => !isClosed(call) && !gone.has(call.asset))
      .map(call => ({ ...call, entities: [{ kind: 'device', token: TOKEN }] })),
    refusal: uploads.some(({ tenant }) => refused.has(tenant) && !waiting.has(tenant))
      ? new LetheError('kms-unavailable', 'not now', { cause })
      : undefined,
  });
};
const view = abuseEntities(find);

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
  await installView(ledger.writer, view);
});
afterAll(() => ledger.close());

let from = 0;
beforeEach(async () => {
  for (const one of [refused, gone]) one.clear();
  for (const tenant of [TENANT, OTHER_TENANT]) while (await again(tenant));
  [from, asked.length] = [await ledger.log.head(), 0];
});

async function given(...events: readonly NewEvent[]): Promise<void> {
  const position = await ledger.append(...events);
  const projector = ledger.projector({ views: [view] });
  await projector.start();
  await projector.caughtUp(position, { signal: AbortSignal.timeout(10_000) }).finally(() => projector.stop());
}
const again = (tenant = TENANT, limit = LIMIT, finding = find): Promise<boolean> =>
  seeAgain({ log: ledger.log, writer: ledger.writer, find: finding }, tenant, limit);

interface Standing {
  readonly name: string;
  readonly at: string;
}
/** Assets of the test that the graph has, with when they were seen. */
async function seen(prefix: string): Promise<Standing[]> {
  const { rows } = await ledger.writer.query<Standing>(
    `select asset as name, to_char(seen_at at time zone 'UTC', 'YYYY-MM-DD') as at
     from view_abuse_entities.sightings where asset like $1 order by asset`,
    [`${prefix}%`],
  );
  return rows;
}
const names = async (prefix: string): Promise<string[]> => (await seen(prefix)).map(({ name }) => name);
const waiting = async (): Promise<string[]> =>
  (
    await ledger.writer.query<{ asset: string }>(
      'select asset from view_abuse_entities.waiting where position > $1 order by position',
      [from],
    )
  ).rows.map(({ asset }) => asset);

describe('while the key of one tenant is refused', () => {
  test('its calls wait, all others are seen, and its own are once the key opens', async () => {
    refused.add(TENANT);
    await given(upload('a1'), upload('a-other', { tenant: OTHER_TENANT }));
    expect(await names('a')).toEqual(['a-other']);
    expect(await waiting()).toEqual(['a1']);
    expect(await tenantsWaiting(ledger.writer)).toEqual([TENANT]);
    await expect(again()).rejects.toMatchObject({
      ...{ code: 'kms-unavailable', message: expect.stringMatching(/^1 call/) as string },
      cause: { code: 'kms-key-disabled' },
    });
    expect(await waiting()).toEqual(['a1']);
    refused.clear();
    expect(await again()).toBe(false);
    expect(await names('a')).toEqual(['a-other', 'a1']);
    expect(await waiting()).toEqual([]);
    expect(await tenantsWaiting(ledger.writer)).toEqual([]);
  });

  test('what comes behind what waits is put there unasked, and seen in the order of the log', async () => {
    refused.add(TENANT);
    await given(upload('b1', { time: day(1) }));
    refused.clear();
    asked.length = 0;
    await given(upload('b1', { time: day(2) }), upload('b2', { time: day(2) }));
    expect(asked).toEqual([]);
    expect(await waiting()).toEqual(['b1', 'b1', 'b2']);
    expect(await again(TENANT, 1)).toBe(true);
    expect(await again(TENANT, 2)).toBe(true);
    expect(await again()).toBe(false);
    expect(await seen('b')).toEqual([
      { name: 'b1', at: '2025-03-02' },
      { name: 'b2', at: '2025-03-03' },
    ]);
    await given(upload('b3'));
    expect(await names('b')).toEqual(['b1', 'b2', 'b3']);
  });

  test('what is erased waits no more and is seen by nobody, be it an asset, an account or the tenant', async () => {
    refused.add(TENANT).add(OTHER_TENANT);
    await given(
      upload('c1'),
      upload('c2', { subject: OTHER_SUBJECT }),
      upload('c3'),
      upload('c4', { tenant: OTHER_TENANT }),
    );
    expect(await waiting()).toEqual(['c1', 'c2', 'c3', 'c4']);
    await given(...erasure('c1', { subject: SUBJECT }));
    expect(await waiting()).toEqual(['c2', 'c3', 'c4']);
    const end = { request: SUBJECT, keys: [], erasedAt: day(3), certificate: SUBJECT };
    await given(event('account.erased', end, { subject: OTHER_SUBJECT }));
    expect(await waiting()).toEqual(['c3', 'c4']);
    const tenantEnd = { offboarding: SUBJECT, erasedAt: day(3), certificate: SUBJECT, kmsKeys: [] };
    await given(event('tenant.erased', tenantEnd, { tenant: OTHER_TENANT }));
    expect(await waiting()).toEqual(['c3']);
    refused.clear();
    await again();
    expect(await names('c')).toEqual(['c3']);
  });

  test('what is erased between the look and its rows is not written', async () => {
    refused.add(TENANT);
    await given(upload('d1'), upload('d2'));
    refused.clear();
    const slow: FindSightings = async (events, none) => {
      const found = await find(events, none);
      await given(...erasure('d1', { subject: SUBJECT }));
      return found;
    };
    await again(TENANT, LIMIT, slow);
    expect(await names('d')).toEqual(['d2']);
    expect(await waiting()).toEqual([]);
  });

  test('a crash in between leaves it waiting, and a second look at the same counts once', async () => {
    refused.add(TENANT);
    await given(upload('e1'));
    refused.clear();
    await expect(again(TENANT, LIMIT, () => Promise.reject(new Error('killed')))).rejects.toThrow('killed');
    expect(await waiting()).toEqual(['e1']);
    await Promise.all([again(), again()]);
    const { rows } = await ledger.writer.query<{ assets: number }>(
      'select count(*) as assets from view_abuse_entities.sightings where tenant = $1 and subject = $2',
      [TENANT, SUBJECT],
    );
    const links = await ledger.writer.query<{ assets: number }>(
      'select assets from view_abuse_entities.links where tenant = $1 and subject = $2',
      [TENANT, SUBJECT],
    );
    expect(links.rows).toEqual(rows);
  });
});

test('a rebuild comes out equal: while a key is refused once it opens again, and after that at once', async () => {
  refused.add(TENANT);
  await given(upload('f1', { time: day(1) }), upload('f2'), upload('f1', { time: day(2) }));
  await given(...erasure('f2', { subject: SUBJECT }));
  await rebuildView({ log: ledger.log, writer: ledger.writer, view, batchSize: 3 });
  expect(await waiting()).toEqual(['f1', 'f1']);
  refused.clear();
  gone.add('f2').add('c1').add('c2').add('c4').add('d1');
  while (await again());
  const drained = await dump(ledger.writer, view);
  expect(drained['waiting']).toEqual([]);
  await rebuildView({ log: ledger.log, writer: ledger.writer, view, batchSize: 3 });
  expect(await dump(ledger.writer, view)).toEqual(drained);
  expect(await seen('f')).toEqual([{ name: 'f1', at: '2025-03-02' }]);
});

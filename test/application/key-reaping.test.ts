import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { reapKeys, type ReaperDeps } from '../../src/application/key-reaping.ts';
import type { DataKeyRow, KeyStore } from '../../src/domain/ports/key-store.ts';
import type { KeyName } from '../../src/domain/ports/key-reaping.ts';
import { createPostgresDeliveryCursors } from '../../src/platform/postgres/delivery-cursors.ts';
import { createPostgresEventLog, type PostgresEventLog } from '../../src/platform/postgres/event-log.ts';
import { createPostgresKeyReaping } from '../../src/platform/postgres/key-reaping.ts';
import { createPostgresKeyStore } from '../../src/platform/postgres/key-store.ts';
import { tellingAttempts } from '../support/attempts.ts';
import { openKeyDatabase, type KeyDatabase } from '../support/key-database.ts';
import { newEvent } from '../contract/event-log-fixtures.ts';

let database: KeyDatabase;
let log: PostgresEventLog;
let keys: KeyStore;
let deps: ReaperDeps;
let tenant: string;

/** As a view that knows nothing: every key is a suspect. */
const allSuspect = async (after: Date, until: Date): Promise<KeyName[]> => {
  const sql =
    'select tenant, scope from keys.data_keys where made_at > $1 and made_at <= $2 and condemned_at is null';
  return (await database.writer.query<KeyName>(sql, [after, until])).rows;
};

beforeAll(async () => {
  database = await openKeyDatabase();
  const { writer, connectionString } = database;
  log = createPostgresEventLog({ writer, connectionString });
  keys = createPostgresKeyStore({ writer });
  deps = {
    ...{ log, suspects: allSuspect, graceMs: 0 },
    keys: createPostgresKeyReaping({ writer }),
    views: { reached: () => Promise.resolve() },
    cursors: createPostgresDeliveryCursors({ writer }),
    attempts: tellingAttempts().attempts,
  };
});
afterAll(async () => {
  await log.close();
  await database.close();
});
beforeEach(async () => {
  tenant = randomUUID();
  const epoch = { tenant, epoch: 1, kmsKeyId: 'kms-key', state: 'current' as const, openedAt: new Date() };
  await keys.insertEpoch(epoch);
});

const row = (asset: string): DataKeyRow => ({
  ...{ tenant, scope: `asset/${asset}`, keyId: randomUUID(), epoch: 1, subject: null, state: 'live' },
  ...{ safety: Buffer.alloc(61, 1), serving: Buffer.alloc(61, 2), createdAt: new Date() },
  ...{ hiddenAt: null, erasedAt: null },
});
const append = (asset: string): Promise<unknown> =>
  log.append([newEvent({ tenant, stream: `asset/${asset}` })]);
const standing = async (): Promise<string[]> => {
  const sql = 'select scope from keys.data_keys where tenant = $1 order by scope';
  return (await database.writer.query<{ scope: string }>(sql, [tenant])).rows.map(({ scope }) => scope);
};
/** Until the database's clock shows another millisecond: without a grace that is long enough. */
const nextMillisecond = async (): Promise<void> => {
  const now = await deps.keys.before(0);
  await vi.waitUntil(async () => (await deps.keys.before(0)) > now, { interval: 1 });
};
/** One round condemns, and what it has condemned the next one removes. */
const condemn = async (): Promise<void> => {
  await nextMillisecond();
  await reapKeys(deps);
};
const rounds = async (): Promise<number> => {
  await condemn();
  await nextMillisecond();
  return reapKeys(deps);
};

describe('keys whose event never came', () => {
  it('are removed, and those whose event is stored stay', async () => {
    await keys.insertDataKeys([row('lost'), row('kept')]);
    await append('kept');
    expect(await rounds()).toBeGreaterThan(0);
    expect(await standing()).toEqual(['asset/kept']);
    expect(await keys.readDataKeys(tenant, ['asset/kept'])).toHaveLength(1);
  });

  it('stay while the grace lasts, before they are condemned and after', async () => {
    const patient = { ...deps, graceMs: 60_000 };
    await keys.insertDataKeys([row('on-its-way')]);
    await nextMillisecond();
    expect(await reapKeys(patient)).toBe(0);
    expect(await deps.keys.condemned(new Date(Date.now() + 60_000), 10)).toEqual([]);
    await condemn();
    expect(await reapKeys(patient)).toBe(0);
    expect(await standing()).toEqual(['asset/on-its-way']);
  });

  it.each<[string, (first: DataKeyRow) => Promise<DataKeyRow[]>]>([
    ['made again', () => keys.insertDataKeys([row('taken-up')])],
    ['read', ({ scope }) => keys.readDataKeys(tenant, [scope])],
  ])('are not removed where they are taken up after they were condemned: %s', async (_, takeUp) => {
    const first = row('taken-up');
    await keys.insertDataKeys([first]);
    await condemn();
    await nextMillisecond();
    const before = await deps.keys.before(0);
    expect(await takeUp(first)).toEqual([first]);
    expect(await deps.keys.reap(first, before)).toBe(false);
    await append('taken-up');
    await rounds();
    expect(await standing()).toEqual(['asset/taken-up']);
  });

  it('are not removed where the append comes after they were condemned, by one that had the key before', async () => {
    await keys.insertDataKeys([row('late')]);
    await condemn();
    await append('late');
    await rounds();
    expect(await standing()).toEqual(['asset/late']);
    expect(await deps.keys.condemned(new Date(Date.now() + 60_000), 10)).toEqual([]);
  });

  it('are made anew under the same name once they are removed', async () => {
    await keys.insertDataKeys([row('again')]);
    await rounds();
    const again = row('again');
    expect(await keys.insertDataKeys([again])).toEqual([again]);
    await append('again');
    await rounds();
    expect(await keys.readDataKeys(tenant, ['asset/again'])).toEqual([again]);
  });

  it('are no tombstones: what is hidden or erased stays, condemned or not', async () => {
    const [hidden, erased] = [row('hidden'), row('erased')];
    await keys.insertDataKeys([hidden, erased]);
    await condemn();
    await keys.hide(tenant, [hidden.scope], new Date());
    await keys.erase(tenant, [erased.scope], new Date());
    await rounds();
    expect(await standing()).toEqual(['asset/erased', 'asset/hidden']);
  });
});

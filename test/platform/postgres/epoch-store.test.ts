import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { EpochState, EpochStore, Rewrapped, Survivor } from '../../../src/domain/ports/epoch-store.ts';
import type { DataKeyRow, KeyStore } from '../../../src/domain/ports/key-store.ts';
import { createPostgresEpochStore } from '../../../src/platform/postgres/epoch-store.ts';
import { createPostgresKeyStore } from '../../../src/platform/postgres/key-store.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { openKeyDatabase, type KeyDatabase } from '../../support/key-database.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
const at = new Date('2026-01-02T03:04:05.678Z');
const PAGE = { after: undefined, limit: 100 };

let database: KeyDatabase;
let keys: KeyStore;
let epochs: EpochStore;
let tenant: string;

beforeAll(async () => {
  database = await openKeyDatabase();
  keys = createPostgresKeyStore({ writer: database.writer });
  epochs = createPostgresEpochStore(database);
});
afterAll(() => database.close());
beforeEach(async () => {
  tenant = randomUUID();
  await open(1, 'current');
});

const open = (epoch: number, state: EpochState): Promise<unknown> =>
  keys.insertEpoch({ tenant, epoch, kmsKeyId: `kms-${epoch}`, state, openedAt: at });
const live = (scope: string, epoch = 1): DataKeyRow => ({
  ...{ tenant, scope, keyId: randomUUID(), epoch, subject: null, state: 'live', createdAt: at },
  ...{ safety: randomBytes(61), serving: randomBytes(61), hiddenAt: null, erasedAt: null },
});
const only = async (scope: string): Promise<DataKeyRow> =>
  (await keys.readDataKeys(tenant, [scope]))[0] ?? expect.fail(`${scope} is not there`);
const states = async (): Promise<string[]> => (await epochs.list(tenant)).map(({ state }) => state);
const moved = async (): Promise<Rewrapped[]> =>
  (await epochs.livingUnder(tenant, 1, PAGE)).map(({ scope, safety, isHidden }) => ({
    ...{ scope, was: safety, safety: randomBytes(61) },
    serving: isHidden ? null : randomBytes(61),
  }));
const supersede = async (): Promise<void> => {
  await open(2, 'opening');
  await epochs.supersede(tenant, 2);
};

describe('an epoch', () => {
  it('goes opening, current, closing, closed, retired, destroyed, and never back', async () => {
    await supersede();
    expect(await states()).toEqual(['closing', 'current']);
    expect(await epochs.retire(tenant, 1, { at, survivors: 0 })).toBe(false);
    await epochs.destroyed(tenant, 1, at);
    expect(await states()).toEqual(['closing', 'current']);
    await epochs.close(tenant, 1);
    expect(await epochs.retire(tenant, 1, { at, survivors: 3 })).toBe(true);
    await epochs.close(tenant, 1);
    await epochs.supersede(tenant, 1);
    await epochs.destroyed(tenant, 1, at);
    await epochs.destroyed(tenant, 1, new Date());
    expect(await epochs.list(tenant)).toMatchObject([
      { state: 'destroyed', destroyedAt: at, retiredAt: at, survivors: 3 },
      { state: 'current', destroyedAt: null },
    ]);
  });

  it('does not retire while a key lives under it, visible or hidden; a tombstone does not keep it', async () => {
    await keys.insertDataKeys([live('asset/a'), live('asset/b')]);
    await supersede();
    await epochs.close(tenant, 1);
    await keys.erase(tenant, ['asset/a'], at);
    await keys.hide(tenant, ['asset/b'], at);
    expect(await epochs.retire(tenant, 1, { at, survivors: 0 })).toBe(false);
    await keys.erase(tenant, ['asset/b'], at);
    expect(await epochs.retire(tenant, 1, { at, survivors: 0 })).toBe(true);
  });

  it('that is closed takes no key from whoever still knows it: every insert is before the closing or refused', async () => {
    await supersede();
    let stop = false;
    onTestFinished(() => {
      stop = true;
    });
    const outcomes: (string | undefined)[] = [];
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; !stop; n++)
        outcomes.push(await rejectionCode(keys.insertDataKeys([live(`asset/${writer}-${n}`)])));
    };
    const writers = Promise.all([0, 1, 2, 3].map(write));
    // Told below; without this it would end the test run where something else fails first.
    writers.catch(() => undefined);
    await vi.waitFor(() => expect(outcomes.length).toBeGreaterThan(20), PATIENCE);
    await epochs.close(tenant, 1);
    const page = { after: undefined, limit: 100_000 };
    const there = (await epochs.livingUnder(tenant, 1, page)).length;
    await vi.waitFor(
      () => expect(outcomes.filter(code => code === 'epoch-closed').length).toBeGreaterThan(20),
      PATIENCE,
    );
    stop = true;
    await writers;
    expect((await epochs.livingUnder(tenant, 1, page)).length).toBe(there);
    expect(outcomes.filter(code => code === undefined)).toHaveLength(there);
  });

  it('is closed only once an insert that is under way has ended', async () => {
    await supersede();
    const client = await database.writer.connect();
    await client.query('begin');
    await client.query('select from keys.epochs where tenant = $1 and epoch = 1 for share', [tenant]);
    const closing = epochs.close(tenant, 1);
    await vi.waitFor(async () => {
      const { rows } = await database.writer.query('select from pg_locks where not granted');
      expect(rows.length).toBeGreaterThan(0);
    }, PATIENCE);
    expect(await states()).toEqual(['closing', 'current']);
    await client.query('commit');
    client.release();
    await closing;
    expect(await states()).toEqual(['closed', 'current']);
  });

  it('is due when it has lasted, or while a roll is not finished', async () => {
    const due = async (): Promise<boolean> => (await epochs.due(at)).includes(tenant);
    expect(await due()).toBe(true);
    expect((await epochs.due(new Date(at.getTime() - 1))).includes(tenant)).toBe(false);
    await open(2, 'opening');
    expect((await epochs.due(new Date(0))).includes(tenant)).toBe(true);
  });

  it('is rolled by one process at a time', async () => {
    const inside = await epochs.exclusively(tenant, () =>
      epochs.exclusively(tenant, () => Promise.resolve(1)),
    );
    expect(inside).toBeUndefined();
    expect(await epochs.exclusively(tenant, () => Promise.resolve(2))).toBe(2);
  });
});

describe('re-wrapping', () => {
  it('moves what still has the wrap that was read, and leaves what was hidden or erased meanwhile so', async () => {
    const scopes = ['asset/a', 'asset/b', 'asset/c', 'asset/d'];
    await keys.insertDataKeys(scopes.map(scope => live(scope)));
    await supersede();
    const read = await moved();
    await keys.hide(tenant, ['asset/b'], at);
    await keys.erase(tenant, ['asset/c'], at);
    expect(await epochs.rewrap(tenant, 2, read)).toBe(3);
    expect(await only('asset/a')).toMatchObject({ epoch: 2, state: 'live', safety: read[0]?.safety });
    expect(await only('asset/b')).toMatchObject({ epoch: 2, state: 'hidden', serving: null });
    expect(await only('asset/c')).toMatchObject({ epoch: 1, state: 'erased', safety: null, serving: null });
    expect(await epochs.rewrap(tenant, 2, read)).toBe(0);
  });

  it('leaves a row that is just being erased to the erasure', async () => {
    await keys.insertDataKeys([live('asset/a'), live('asset/b')]);
    await supersede();
    const read = await moved();
    const client = await database.writer.connect();
    await client.query('begin');
    await client.query(`select from keys.data_keys where tenant = $1 and scope = 'asset/a' for update`, [
      tenant,
    ]);
    expect(await epochs.rewrap(tenant, 2, read)).toBe(1);
    await client.query('rollback');
    client.release();
    expect((await epochs.livingUnder(tenant, 1, PAGE)).map(({ scope }) => scope)).toEqual(['asset/a']);
  });
});

describe('reviving', () => {
  const survivorOf = ({ scope, keyId }: DataKeyRow, hiddenAt: Date | null = null): Survivor => ({
    ...{ scope, keyId, hiddenAt, safety: randomBytes(61) },
    serving: hiddenAt === null ? randomBytes(61) : null,
  });

  it('gives older rows their wraps, hides what was hidden, and touches no tombstone and no other key', async () => {
    const [a, b, c, d, e] = ['a', 'b', 'c', 'd', 'e'].map(name => live(`asset/${name}`));
    if (!a || !b || !c || !d || !e) return expect.fail('no rows');
    await keys.insertDataKeys([a, b, c, d, e]);
    await keys.erase(tenant, ['asset/c'], at);
    await keys.hide(tenant, ['asset/e'], at);
    await open(7, 'opening');
    const survivors = [
      ...[survivorOf(a), survivorOf(b, at), survivorOf(c), survivorOf(e)],
      survivorOf({ ...d, keyId: randomUUID() }),
    ];
    expect(await epochs.revive(tenant, 7, survivors)).toBe(3);
    expect(await epochs.revive(tenant, 7, survivors)).toBe(0);
    await epochs.reinstate(tenant, 7, at);
    expect(await only('asset/a')).toMatchObject({ epoch: 7, state: 'live', safety: survivors[0]?.safety });
    expect(await only('asset/b')).toMatchObject({ epoch: 7, state: 'hidden', serving: null, hiddenAt: at });
    expect(await only('asset/c')).toMatchObject({ epoch: 1, state: 'erased', safety: null });
    expect(await only('asset/d')).toEqual(d);
    expect(await only('asset/e')).toMatchObject({ epoch: 7, state: 'hidden', serving: null });
    expect(await states()).toEqual(['retired', 'current']);
    expect(await epochs.countLost(tenant)).toBe(1);
  });
});

import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DataKeyRow, KeyStore, RootRow, SubjectRow } from '../../../src/domain/ports/key-store.ts';
import { textArray } from '../../../src/platform/postgres/binary-arrays.ts';
import { HIDE } from '../../../src/platform/postgres/key-statements.ts';
import { createPostgresKeyStore } from '../../../src/platform/postgres/key-store.ts';
import { createPostgresServingKeyStore } from '../../../src/platform/postgres/serving-key-store.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { openKeyDatabase, type KeyDatabase } from '../../support/key-database.ts';

const at = new Date('2026-01-02T03:04:05.678Z');
const later = new Date('2026-02-02T03:04:05.678Z');

let database: KeyDatabase;
let keys: KeyStore;
let tenant: string;

beforeAll(async () => {
  database = await openKeyDatabase();
  keys = createPostgresKeyStore({ writer: database.writer });
});
afterAll(() => database.close());
beforeEach(async () => {
  tenant = randomUUID();
  await open(tenant);
});

const open = (of: string, epoch = 1): Promise<unknown> =>
  keys.insertEpoch({ tenant: of, epoch, kmsKeyId: 'kms-key', state: 'current', openedAt: at });

const live = (scope: string, more: Partial<DataKeyRow> = {}): DataKeyRow => ({
  tenant,
  scope,
  keyId: randomUUID(),
  epoch: 1,
  subject: null,
  state: 'live',
  safety: randomBytes(61),
  serving: randomBytes(61),
  createdAt: at,
  hiddenAt: null,
  erasedAt: null,
  ...more,
});

const unstored = (scope: string): DataKeyRow =>
  live(scope, { state: 'unstored', safety: null, serving: null });

async function only(scope: string): Promise<DataKeyRow> {
  const [row] = await keys.readDataKeys(tenant, [scope]);
  if (row === undefined) throw new Error(`${scope} is not there`);
  return row;
}

describe('data keys', () => {
  it('come back as they were inserted, with and without a subject', async () => {
    const rows = [live('asset/a', { subject: randomUUID() }), live('subject/ü"{},\\'), unstored('asset/u')];
    const standing = await keys.insertDataKeys(rows);
    expect(new Set(standing)).toEqual(new Set(rows));
    const scopes = [...rows.map(({ scope }) => scope), 'asset/never'];
    expect(new Set(await keys.readDataKeys(tenant, scopes))).toEqual(new Set(rows));
    expect(await keys.readDataKeys(tenant, [])).toEqual([]);
    expect(await keys.insertDataKeys([])).toEqual([]);
  });

  it('keep the first row of a scope, tombstones included, and answer with what stands', async () => {
    const first = live('asset/a');
    await keys.insertDataKeys([first]);
    const gone = live('asset/gone');
    await keys.insertDataKeys([gone]);
    await keys.erase(tenant, ['asset/gone'], at);
    const fresh = live('asset/b');
    const standing = await keys.insertDataKeys([live('asset/a'), live('asset/gone'), fresh, live('asset/b')]);
    expect(standing.map(({ scope }) => scope).sort()).toEqual(['asset/a', 'asset/b', 'asset/gone']);
    const byScope = new Map(standing.map(row => [row.scope, row]));
    expect(byScope.get('asset/a')).toEqual(first);
    expect(byScope.get('asset/b')).toEqual(fresh);
    expect(await only('asset/b')).toEqual(fresh);
    expect(byScope.get('asset/gone')).toMatchObject({ state: 'erased', keyId: gone.keyId, safety: null });
  });

  async function race(writers: number, scopes: readonly string[]): Promise<void> {
    const answers = await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        const order = writer % 2 === 0 ? scopes : scopes.toReversed();
        const standing = await keys.insertDataKeys(order.map(scope => live(scope)));
        return new Map(standing.map(row => [row.scope, row.keyId]));
      }),
    );
    const stored = await keys.readDataKeys(tenant, scopes);
    expect(stored.length).toBe(scopes.length);
    for (const answer of answers) {
      expect(answer.size).toBe(scopes.length);
      for (const { scope, keyId } of stored) expect(answer.get(scope)).toBe(keyId);
    }
  }

  it('are agreed upon by fifty writers who race for a few', async () => {
    await race(50, ['asset/0', 'asset/1', 'asset/2']);
  });

  it('are taken up again in the order in which they are hidden and erased: neither waits for the other', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => live(`asset/${100 + n}`));
    const [first = '', ...rest] = rows.map(({ scope }) => scope);
    // They lie in the table from the last to the first.
    for (const row of rows.toReversed()) await keys.insertDataKeys([row]);
    const sql = 'update keys.data_keys set condemned_at = clock_timestamp() where tenant = $1';
    await database.writer.query(sql, [tenant]);
    // Locks the first row as HIDE and ERASE begin, and goes on once the other has begun too.
    const hiding = await database.writer.connect();
    const observer = new pg.Client({ connectionString: database.connectionString });
    await observer.connect();
    try {
      await hiding.query('begin');
      const lock = 'select from keys.data_keys where tenant = $1 and scope = $2 for update';
      await hiding.query(lock, [tenant, first]);
      const again = keys.insertDataKeys(rows.map(({ scope }) => live(scope)));
      const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and query like '%with asked as%'
        and datname = current_database()`;
      await vi.waitUntil(async () => (await observer.query(waiting)).rowCount === 1, { timeout: 10_000 });
      await hiding.query(HIDE, [tenant, textArray([first, ...rest]), at]);
      await hiding.query('commit');
      expect(new Set((await again).map(({ keyId }) => keyId))).toEqual(
        new Set(rows.map(({ keyId }) => keyId)),
      );
    } finally {
      hiding.release(true);
      await observer.end();
    }
    const standing = await keys.readDataKeys(tenant, [first, ...rest]);
    expect(new Set(standing.map(({ state }) => state))).toEqual(new Set(['hidden']));
  });

  it('are agreed upon by writers who take many in opposite orders, without waiting for each other', async () => {
    await race(
      12,
      Array.from({ length: 2_000 }, (_, index) => `asset/${index}`),
    );
  });

  it('of one tenant are not those of another with the same scope', async () => {
    const mine = live('asset/a');
    const theirs = live('asset/a', { tenant: randomUUID() });
    await open(theirs.tenant);
    expect((await keys.insertDataKeys([mine, theirs])).length).toBe(2);
    await keys.erase(theirs.tenant, ['asset/a'], at);
    expect(await only('asset/a')).toEqual(mine);
  });
});

describe('hiding and erasing', () => {
  it('move live → hidden → erased, once each, and never back', async () => {
    const row = live('asset/a');
    await keys.insertDataKeys([row]);
    await keys.hide(tenant, ['asset/a', 'asset/never'], at);
    await keys.hide(tenant, ['asset/a'], later);
    expect(await only('asset/a')).toEqual({ ...row, state: 'hidden', serving: null, hiddenAt: at });
    const tombstone = { ...row, state: 'erased', safety: null, serving: null, hiddenAt: at, erasedAt: at };
    expect(await keys.erase(tenant, ['asset/a', 'asset/never'], at)).toEqual([tombstone]);
    expect(await keys.erase(tenant, ['asset/a'], later)).toEqual([tombstone]);
    await keys.hide(tenant, ['asset/a'], later);
    expect(await only('asset/a')).toEqual(tombstone);
    expect(await keys.erase(tenant, [], at)).toEqual([]);
    await keys.hide(tenant, [], at);
  });

  it('leave an unstored scope unstored when hidden, and make it a tombstone when erased', async () => {
    await keys.insertDataKeys([unstored('asset/u')]);
    await keys.hide(tenant, ['asset/u'], at);
    expect((await only('asset/u')).state).toBe('unstored');
    await keys.erase(tenant, ['asset/u'], at);
    expect(await only('asset/u')).toMatchObject({ state: 'erased', erasedAt: at });
  });

  it('of many scopes by many callers in opposite orders neither wait for ever nor disagree', async () => {
    const scopes = Array.from({ length: 500 }, (_, index) => `asset/${index}`);
    await keys.insertDataKeys(scopes.map(scope => live(scope)));
    const answers = await Promise.all(
      Array.from({ length: 16 }, async (_, caller) => {
        const order = caller % 2 === 0 ? scopes : scopes.toReversed();
        const when = new Date(at.getTime() + caller);
        if (caller % 4 === 0) await keys.hide(tenant, order, when);
        return keys.erase(tenant, order, when);
      }),
    );
    const dates = new Set(
      answers.flat().map(({ scope, erasedAt }) => `${scope} ${erasedAt?.toISOString() ?? ''}`),
    );
    expect(dates.size).toBe(scopes.length);
    expect(answers.flat().every(({ safety, serving }) => safety === null && serving === null)).toBe(true);
  });

  it('leave no byte of a key in the row of the tombstone', async () => {
    const row = live('asset/a');
    await keys.insertDataKeys([row]);
    await keys.erase(tenant, ['asset/a'], at);
    const { rows } = await database.writer.query<{ text: string }>(
      'select data_keys::text as text from keys.data_keys where tenant = $1',
      [tenant],
    );
    expect(rows.length).toBe(1);
    for (const wrap of [row.safety, row.serving])
      expect(rows[0]?.text).not.toContain(wrap?.toString('hex') ?? '');
  });

  it('cannot be undone or gone round by the writer: no delete, and no key under a tombstone', async () => {
    await keys.insertDataKeys([live('asset/a')]);
    await keys.erase(tenant, ['asset/a'], at);
    const { writer } = database;
    await expect(
      writer.query('delete from keys.data_keys where tenant = $1', [tenant]),
    ).rejects.toMatchObject({
      code: '42501',
    });
    const revive = 'update keys.data_keys set safety = $2 where tenant = $1';
    await expect(writer.query(revive, [tenant, randomBytes(61)])).rejects.toMatchObject({ code: '23514' });
    expect((await only('asset/a')).state).toBe('erased');
  });
});

describe('roots', () => {
  it('keep the first of each tenant, epoch and purpose, whoever races', async () => {
    const root = (): RootRow => ({
      tenant,
      epoch: 1,
      purpose: 'serving',
      kmsKeyId: randomUUID(),
      wrapped: randomBytes(61),
    });
    expect(await keys.readRoot(tenant, 1, 'serving')).toBeUndefined();
    const answers = await Promise.all(Array.from({ length: 20 }, () => keys.insertRoot(root())));
    const standing = await keys.readRoot(tenant, 1, 'serving');
    for (const answer of answers) expect(answer).toEqual(standing);
    expect(await keys.readRoot(tenant, 1, 'safety')).toBeUndefined();
  });
});

describe('epochs', () => {
  it('keep the first row of each, and only a current one is what new keys go under', async () => {
    const stranger = randomUUID();
    expect(await keys.currentEpoch(stranger)).toBeUndefined();
    const row = { tenant: stranger, epoch: 4, kmsKeyId: 'kms-key', openedAt: at };
    await keys.insertEpoch({ ...row, state: 'opening' });
    expect(await keys.insertEpoch({ ...row, state: 'current' })).toMatchObject({ state: 'opening' });
    expect(await keys.currentEpoch(stranger)).toBeUndefined();
    await keys.insertEpoch({ ...row, epoch: 5, state: 'current' });
    expect(await keys.currentEpoch(stranger)).toBe(5);
  });

  it('that are not known, or not open, take no key, and those that stand are answered all the same', async () => {
    const standing = live('asset/a');
    await keys.insertDataKeys([standing]);
    const foreign = live('asset/b', { epoch: 9 });
    expect(await rejectionCode(keys.insertDataKeys([foreign, live('asset/a', { epoch: 9 })]))).toBe(
      'epoch-closed',
    );
    expect(await keys.readDataKeys(tenant, ['asset/b'])).toEqual([]);
    expect(await keys.insertDataKeys([live('asset/a', { epoch: 9 })])).toEqual([standing]);
  });
});

describe('subjects', () => {
  const link = (token: Buffer): SubjectRow => ({
    tenant,
    token,
    subject: randomUUID(),
    sealedId: randomBytes(90),
  });

  it('keep the first link of a token, are found both ways and can be removed', async () => {
    const token = randomBytes(32);
    const other = link(randomBytes(32));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => keys.insertSubjects([link(token), other])),
    );
    const row = answers[0]?.find(answer => answer.token.equals(token));
    if (row === undefined) throw new Error('no link');
    for (const answer of answers) expect(new Set(answer)).toEqual(new Set([row, other]));
    expect(await keys.readSubject(tenant, row.subject)).toEqual(row);
    expect(await keys.readSubject(randomUUID(), row.subject)).toBeUndefined();
    await keys.deleteSubject(tenant, row.subject);
    expect(await keys.readSubject(tenant, other.subject)).toEqual(other);
    expect(await keys.readSubject(tenant, row.subject)).toBeUndefined();
  });

  it('take no second token, however it is asked', async () => {
    const standing = link(randomBytes(32));
    await keys.insertSubjects([standing]);
    const second = { ...standing, token: randomBytes(32) };
    expect(await rejectionCode(keys.insertSubjects([second]))).toBe('key-store-conflict');
    expect(await keys.readSubject(tenant, standing.subject)).toEqual(standing);
  });
});

describe("the reader's role", () => {
  it('reads what serving needs, of the one tenant it asks for', async () => {
    const serving = createPostgresServingKeyStore({ reader: database.reader });
    const row = live('asset/a', { subject: randomUUID() });
    const link = { tenant, token: randomBytes(32), subject: randomUUID(), sealedId: randomBytes(90) };
    const root: RootRow = { tenant, epoch: 2, purpose: 'serving', kmsKeyId: 'k', wrapped: randomBytes(61) };
    await keys.insertDataKeys([row]);
    await keys.insertSubjects([link]);
    await keys.insertRoot(root);
    expect(await serving.readDataKeys(tenant, ['asset/a'])).toEqual([{ ...row, safety: null }]);
    expect(await serving.readSubject(tenant, link.subject)).toEqual(link);
    expect(await serving.readRoot(tenant, 2, 'serving')).toEqual(root);
    expect(await serving.currentEpoch(tenant)).toBe(1);
    const stranger = randomUUID();
    expect(await serving.readDataKeys(stranger, ['asset/a'])).toEqual([]);
    expect(await serving.currentEpoch(stranger)).toBeUndefined();
  });

  it('may not read the safety wrap, write anything, or see a row without naming its tenant', async () => {
    await keys.insertDataKeys([live('asset/a')]);
    const { reader } = database;
    await expect(reader.query('select safety from keys.data_keys')).rejects.toMatchObject({ code: '42501' });
    await expect(reader.query('select * from keys.data_keys')).rejects.toMatchObject({ code: '42501' });
    await expect(reader.query("update keys.data_keys set state = 'live'")).rejects.toMatchObject({
      code: '42501',
    });
    expect((await reader.query('select scope from keys.data_keys')).rows).toEqual([]);
    expect((await keys.readDataKeys(tenant, ['asset/a'])).length).toBe(1);
  });

  it('leaves no tenant set on a connection that goes back to the pool', async () => {
    const serving = createPostgresServingKeyStore({ reader: database.reader });
    await keys.insertDataKeys([live('asset/a')]);
    await serving.readDataKeys(tenant, ['asset/a']);
    await expect(serving.readDataKeys('not-a-uuid', ['asset/a'])).rejects.toMatchObject({ code: '22P02' });
    expect((await serving.readDataKeys(tenant, ['asset/a'])).length).toBe(1);
    expect((await database.reader.query('select scope from keys.data_keys')).rows).toEqual([]);
  });
});

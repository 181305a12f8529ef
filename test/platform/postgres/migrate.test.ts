import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrate } from '../../../src/platform/postgres/migrate.ts';
import { createEmptyDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
let directory: string;

beforeEach(async () => {
  database = await createEmptyDatabase();
  directory = await mkdtemp(join(tmpdir(), 'lethe-migrations-'));
});

afterEach(async () => {
  await database.drop();
  await rm(directory, { recursive: true });
});

const write = (name: string, sql: string): Promise<void> => writeFile(join(directory, name), sql);

async function column(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, rowMode: 'array' });
    return rows.map(row => row[0]);
  } finally {
    await client.end();
  }
}

test('an empty database gets every migration, in order, and a second run applies nothing', async () => {
  const names = await migrate(database.connectionString);
  expect(names.length).toBeGreaterThanOrEqual(4);
  expect(names).toEqual([...names].sort());
  expect(await migrate(database.connectionString)).toEqual([]);
});

test('processes that start at once apply each migration once between them', async () => {
  const runs = await Promise.all(Array.from({ length: 5 }, () => migrate(database.connectionString)));
  const applied = runs.flat();
  expect(new Set(applied).size).toBe(applied.length);
  expect(applied).toHaveLength((await column('select number from lethe.migrations')).length);
});

test('a migration that was edited after it was applied is refused and changes nothing', async () => {
  await write('0001-one.sql', 'create table one (id integer)');
  await migrate(database.connectionString, directory);
  await write('0001-one.sql', 'create table one (id bigint)');
  await write('0002-two.sql', 'create table two (id integer)');
  await expect(migrate(database.connectionString, directory)).rejects.toMatchObject({
    code: 'migration-changed',
  });
  expect(await column('select number from lethe.migrations')).toEqual([1]);
  expect(await column(`select to_regclass('two')`)).toEqual([null]);
});

test('a migration that fails leaves nothing of itself and keeps those before it', async () => {
  await write('0001-one.sql', 'create table one (id integer)');
  await write('0002-two.sql', 'create table two (id integer); select 1 / 0');
  await expect(migrate(database.connectionString, directory)).rejects.toMatchObject({ code: '22012' });
  expect(await column('select name from lethe.migrations')).toEqual(['0001-one.sql']);
  expect(await column(`select to_regclass('two')`)).toEqual([null]);
  await write('0002-two.sql', 'create table two (id integer)');
  expect(await migrate(database.connectionString, directory)).toEqual(['0002-two.sql']);
});

import { createHash, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { byteaArray, textArray } from '../../../src/platform/postgres/binary-arrays.ts';
import { ERASE, FIND_SUBJECTS, HIDE, TAKE_UP } from '../../../src/platform/postgres/key-statements.ts';
import { openKeyDatabase, type KeyDatabase } from '../../support/key-database.ts';

const KEYS = 50_000;
const ASKED = 1_000;
const TENANT = randomUUID();

const FILL = `
  with made as (select md5(n::text)::uuid as subject from generate_series(1, $2) n), keys as (
    insert into keys.data_keys (tenant, scope, key_id, epoch, state, safety, serving, created_at)
    select $1, 'subject/' || subject, subject, 1, 'live', sha256('1'), sha256('2'), now() from made
  )
  insert into keys.subjects (tenant, token, subject, sealed_id)
  select $1, sha256(subject::text::bytea), subject, sha256('3') from made`;

let database: KeyDatabase;
let asked: string[];

/** Nobody has counted the rows yet, as after a bulk import: the planner takes the tables for small ones. */
beforeAll(async () => {
  database = await openKeyDatabase();
  const owner = new pg.Client({ connectionString: database.connectionString });
  await owner.connect();
  for (const table of ['data_keys', 'subjects'])
    await owner.query(`alter table keys.${table} set (autovacuum_enabled = false)`);
  await owner.end();
  await database.writer.query(FILL, [TENANT, KEYS]);
  asked = await subjects(0);
});
afterAll(() => database.close());

async function subjects(offset: number): Promise<string[]> {
  const { rows } = await database.writer.query<{ subject: string }>(
    'select subject from keys.subjects order by subject limit $1 offset $2',
    [ASKED, offset],
  );
  return rows.map(({ subject }) => subject);
}

/** The most rows that any step of the statement has read, those that it threw away included. */
async function mostRead(sql: string, values: unknown[]): Promise<number> {
  const { rows } = await database.writer.query<{ 'QUERY PLAN': string }>(`explain (analyze) ${sql}`, values);
  const plan = rows.map(row => row['QUERY PLAN']).join('\n');
  const counts = [...plan.matchAll(/(?:actual .*rows=|Rows Removed by [^:]*: )(?<count>\d+)/g)];
  return Math.max(...counts.map(({ groups }) => Number(groups?.['count'])));
}

const scopes = (): Buffer => textArray(asked.map(subject => `subject/${subject}`));
const tokens = (): Buffer => byteaArray(asked.map(subject => createHash('sha256').update(subject).digest()));

test.each<[string, string, () => unknown[]]>([
  ['find subjects', FIND_SUBJECTS, () => [TENANT, tokens()]],
  ['take up', TAKE_UP, () => [TENANT, scopes()]],
  ['hide', HIDE, () => [TENANT, scopes(), new Date()]],
  ['erase', ERASE, () => [TENANT, scopes(), new Date()]],
])('to %s reads no more than the rows that are asked for', async (_, sql, values) => {
  expect(await mostRead(sql, values())).toBe(ASKED);
});

test('keys that two callers take up at once are locked in one order, whatever plan each of them has', async () => {
  // In the order of the scopes, and in the order in which the rows were written.
  const plans = ['set enable_bitmapscan = off', 'set enable_indexscan = off'];
  const clients = await Promise.all(plans.map(() => database.writer.connect()));
  try {
    await Promise.all(clients.map((client, at) => client.query(plans[at] ?? '')));
    for (let round = 1; round <= 10; round++) {
      // Rows that nobody has written since: a new version of a row lies elsewhere.
      const taken = textArray((await subjects(round * ASKED)).map(subject => `subject/${subject}`));
      const answers = clients.map(client => client.query(TAKE_UP, [TENANT, taken]));
      expect((await Promise.all(answers)).map(({ rowCount }) => rowCount)).toEqual([ASKED, ASKED]);
    }
  } finally {
    for (const client of clients) client.release(true);
  }
});

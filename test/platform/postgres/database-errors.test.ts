import { createServer } from 'node:net';
import { once } from 'node:events';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isDatabaseAway } from '../../../src/platform/postgres/database-errors.ts';
import { createPool } from '../../../src/platform/postgres/pool.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
let pool: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = poolOn(database.connectionString);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const poolOn = (connectionString: string): Pool =>
  createPool({
    ...{ connectionString, role: undefined, max: 2, applicationName: 'test' },
    onError: () => undefined,
  });

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail('it did not fail'),
    (error: unknown) => error,
  );

/** A port that somebody listened on a moment ago. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : expect.fail('no port');
}

describe('a database is away', () => {
  it('when it ends the connection under a statement', async () => {
    const client = await pool.connect();
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
    const failing = failureOf(client.query('select pg_sleep(30)'));
    await pool.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
    expect(isDatabaseAway(await failing)).toBe(true);
    expect(isDatabaseAway(await failureOf(client.query('select 1')))).toBe(true);
    client.release(true);
  });

  it('when nobody listens where it should be', async () => {
    const elsewhere = poolOn(`postgresql://nobody@127.0.0.1:${await closedPort()}/none`);
    expect(isDatabaseAway(await failureOf(elsewhere.query('select 1')))).toBe(true);
    await elsewhere.end();
  });

  it.each([
    ['its disk is full', '53100'],
    ['a deadlock is broken up', '40P01'],
  ])('as long as it refuses what may succeed later: %s', async (_why, state) => {
    const refusal = `do $$ begin raise 'refused' using errcode = '${state}'; end $$`;
    expect(isDatabaseAway(await failureOf(pool.query(refusal)))).toBe(true);
  });

  it('not when a statement fails, nor when code does', async () => {
    expect(isDatabaseAway(await failureOf(pool.query('select 1 / 0')))).toBe(false);
    expect(isDatabaseAway(new TypeError('x is undefined'))).toBe(false);
    expect(isDatabaseAway('Connection terminated')).toBe(false);
  });
});

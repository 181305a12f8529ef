import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool } from '../../../src/platform/postgres/pool.ts';
import { withLease } from '../../../src/platform/postgres/lease.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
let writer: pg.Pool;
let owner: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  const options = { connectionString: database.connectionString, max: 3, onError: () => undefined };
  writer = createPool({ ...options, role: 'lethe_writer', applicationName: 'lethe-leaseholder' });
  owner = createPool({ ...options, role: undefined, applicationName: 'lethe-test' });
});
afterAll(async () => {
  await Promise.all([writer.end(), owner.end()]);
  await database.drop();
});

test('one holder at a time, and the next after it', async () => {
  const ran = await withLease(writer, 'work', async check => {
    await check();
    expect(await withLease(writer, 'work', () => Promise.reject(new Error('both hold it')))).toBe(false);
  });
  expect(ran).toBe(true);
  expect(await withLease(writer, 'work', () => Promise.resolve())).toBe(true);
});

test('a holder whose connection is gone finds out by its check, while another holds the lease', async () => {
  const held = withLease(writer, 'work', async check => {
    await check();
    await owner.query(
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
       where application_name = 'lethe-leaseholder' and pid in (select pid from pg_locks where locktype = 'advisory')`,
    );
    expect(await withLease(owner, 'work', () => Promise.resolve())).toBe(true);
    await expect(check()).rejects.toThrow();
    throw new Error('given up');
  });
  await expect(held).rejects.toThrow('given up');
});

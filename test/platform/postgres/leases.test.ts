import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPostgresLeases, type PostgresLeases } from '../../../src/platform/postgres/leases.ts';
import { createPool } from '../../../src/platform/postgres/pool.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
let owner: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  const { connectionString } = database;
  owner = createPool({
    ...{ connectionString, role: undefined, max: 2, applicationName: 'lethe-test', onError: () => undefined },
  });
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

let errors: unknown[];
let here: PostgresLeases;
let there: PostgresLeases;
const open = (connectionString = database.connectionString): PostgresLeases =>
  createPostgresLeases({ connectionString, onError: error => errors.push(error) });
beforeEach(() => {
  errors = [];
  [here, there] = [open(), open()];
});
afterEach(async () => {
  await Promise.all([here.close(), there.close()]);
});

const nothing = (): Promise<void> => Promise.resolve();
/** Ends the sessions that hold an advisory lock of this database, as a server that is restarted does. */
const cutOff = (): Promise<unknown> =>
  owner.query(
    `select pg_terminate_backend(pid, 5000) from pg_stat_activity
     where datname = current_database() and pid in (select pid from pg_locks where locktype = 'advisory')`,
  );
const held = async (): Promise<number> => {
  const { rows } = await owner.query<{ held: number }>(
    `select count(*) as held from pg_locks join pg_database on pg_database.oid = database
     where locktype = 'advisory' and datname = current_database()`,
  );
  return rows[0]?.held ?? -1;
};

describe('a lease', () => {
  test('has one holder at a time, in one process as among several, and the next after it', async () => {
    const ran = await here.run('work', async ({ check }) => {
      await check();
      expect(await there.run('work', nothing)).toBe(false);
      expect(await here.run('work', nothing)).toBe(false);
      expect(await there.run('other work', nothing)).toBe(true);
    });
    expect(ran).toBe(true);
    expect(await there.run('work', nothing)).toBe(true);
    expect(await held()).toBe(0);
  });

  test('is free again when the work fails', async () => {
    const failed = here.run('work', () => Promise.reject(new Error('no luck')));
    await expect(failed).rejects.toThrow('no luck');
    expect(await there.run('work', nothing)).toBe(true);
  });

  test('that is lost with its connection tells its holder, whose check fails while another has it', async () => {
    await here.run('work', async ({ check, lost }) => {
      await cutOff();
      await vi.waitFor(() => expect(lost.aborted).toBe(true));
      expect(await there.run('work', nothing)).toBe(true);
      expect(await rejectionCode(check())).toBe('lease-lost');
      // Not even here, as long as the first is still at work.
      expect(await here.run('work', nothing)).toBe(false);
    });
    expect(await here.run('work', nothing)).toBe(true);
  });

  test('leaves a holder that has been silent for five seconds, and it cannot go on when it wakes', async () => {
    const began = await here.run('work', async ({ check, lost }) => {
      // The event loop stands still, as in a frozen process: nothing is sent, and no timer fires.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_500);
      expect(lost.aborted).toBe(false);
      expect(await rejectionCode(check())).toBe('lease-lost');
      expect(lost.aborted).toBe(true);
      await vi.waitFor(async () => expect(await there.run('work', nothing)).toBe(true), { timeout: 5_000 });
    });
    expect(began).toBe(true);
  });

  test('is refused where there is no database, which is said, and given once there is one', async () => {
    const lonely = open('postgres://nobody@127.0.0.1:1/nothing');
    await expect(lonely.run('work', nothing)).rejects.toThrow();
    expect(errors).toHaveLength(1);
    await lonely.close();
  });

  test('is free once the process that holds it has closed its leases', async () => {
    const finished = here.run('work', async ({ lost }) => {
      await here.close();
      expect(lost.aborted).toBe(true);
    });
    expect(await finished).toBe(true);
    await vi.waitFor(async () => expect(await there.run('work', nothing)).toBe(true));
    expect(await rejectionCode(here.run('work', nothing))).toBe('lease-lost');
  });
});

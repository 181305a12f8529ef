import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPostgresLeases, type PostgresLeases } from '../../../src/platform/postgres/leases.ts';
import { createPool } from '../../../src/platform/postgres/pool.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
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

/** PostgreSQL, message formats: AuthenticationOk, ReadyForQuery and a fatal ErrorResponse, as one packet. */
const WELCOME_AND_GOODBYE = Buffer.from(
  'R\0\0\0\x08\0\0\0\0' + 'Z\0\0\0\x05I' + 'E\0\0\0\x18SFATAL\0C57P01\0Mbye\0\0',
  'latin1',
);
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
      await vi.waitFor(() => expect(lost.aborted).toBe(true), PATIENCE);
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

  test('is asked for on a new connection where the last one was lost as soon as it was there', async () => {
    let connections = 0;
    const server = createServer(socket => {
      connections++;
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(WELCOME_AND_GOODBYE));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const leases = open(`postgres://nobody@127.0.0.1:${port}/none`);
    try {
      for (const attempt of [1, 2]) {
        expect(await rejectionCode(leases.run('work', nothing))).toBe('lease-lost');
        expect(connections).toBe(attempt);
      }
    } finally {
      await leases.close();
      server.close();
    }
  });

  test('is free once the process that holds it has closed its leases', async () => {
    const finished = here.run('work', async ({ lost }) => {
      await here.close();
      expect(lost.aborted).toBe(true);
    });
    expect(await finished).toBe(true);
    await vi.waitFor(async () => expect(await there.run('work', nothing)).toBe(true), PATIENCE);
    expect(await rejectionCode(here.run('work', nothing))).toBe('lease-lost');
  });
});

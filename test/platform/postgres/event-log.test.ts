import type pg from 'pg';
import { expect, test } from 'vitest';
import type { EventLog } from '../../../src/domain/ports/event-log.ts';
import { createPostgresEventLog } from '../../../src/platform/postgres/event-log.ts';
import { createPool, type DatabaseRole } from '../../../src/platform/postgres/pool.ts';
import { eventLogContract } from '../../contract/event-log.contract.ts';
import {
  follow,
  newEvent,
  newEvents,
  oneTo,
  OTHER_TENANT,
  TENANT,
  wholeLog,
} from '../../contract/event-log-fixtures.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

interface Handle {
  readonly log: EventLog;
  close(): Promise<void>;
}

const poolOf = (connectionString: string, role: DatabaseRole | undefined): pg.Pool =>
  createPool({ connectionString, role, max: 5, applicationName: 'lethe-test', onError: () => undefined });

function open(connectionString: string): Handle {
  const writer = poolOf(connectionString, 'lethe_writer');
  const log = createPostgresEventLog({ writer, connectionString });
  const close = async (): Promise<void> => {
    await log.close();
    await writer.end();
  };
  return { log, close };
}

async function openTwo() {
  const database = await createTestDatabase();
  const [one, two] = [open(database.connectionString), open(database.connectionString)];
  const close = async (): Promise<void> => {
    await Promise.all([one.close(), two.close()]);
    await database.drop();
  };
  return { log: one.log, other: two.log, close };
}

eventLogContract('PostgreSQL', openTwo);

/** A log with two events, the superuser's pool to meddle with, and the database itself. */
async function withDatabase(
  body: (log: EventLog, admin: pg.Pool, database: TestDatabase) => Promise<void>,
): Promise<void> {
  const database = await createTestDatabase();
  const handle = open(database.connectionString);
  const { log } = handle;
  const admin = poolOf(database.connectionString, undefined);
  try {
    await log.append([newEvent(), newEvent({ tenant: OTHER_TENANT })]);
    await body(log, admin, database);
  } finally {
    await handle.close();
    await admin.end();
    await database.drop();
  }
}

async function withPool(
  url: string,
  role: DatabaseRole,
  body: (pool: pg.Pool) => Promise<void>,
): Promise<void> {
  const pool = poolOf(url, role);
  try {
    await body(pool);
  } finally {
    await pool.end();
  }
}

test.each([
  'update log.events set type = type',
  'delete from log.events',
  'truncate log.events',
  'alter table log.events disable trigger all',
  'drop table log.events',
])('the service may not run: %s', async statement => {
  await withDatabase(async (log, _, { connectionString }) => {
    const before = await wholeLog(log);
    await withPool(connectionString, 'lethe_writer', async writer => {
      await expect(writer.query(statement)).rejects.toMatchObject({ code: '42501' });
    });
    expect(await wholeLog(log)).toEqual(before);
  });
});

test('a reader sees one tenant at a time, and nothing before it names one', async () => {
  await withDatabase(async (_, __, { connectionString }) => {
    await withPool(connectionString, 'lethe_reader', async reader => {
      const tenants = async (tenant: string): Promise<string[]> => {
        const client = await reader.connect();
        try {
          await client.query(`select set_config('lethe.tenant', $1, false)`, [tenant]);
          const { rows } = await client.query<{ tenant: string }>('select tenant from log.events');
          return rows.map(row => row.tenant);
        } finally {
          client.release(true);
        }
      };
      const { rows } = await reader.query('select from log.events');
      expect(rows).toEqual([]);
      expect(await tenants('')).toEqual([]);
      expect(await tenants(TENANT)).toEqual([TENANT]);
      expect(await tenants(OTHER_TENANT)).toEqual([OTHER_TENANT]);
      await expect(reader.query('insert into log.events default values')).rejects.toMatchObject({
        code: '42501',
      });
      await expect(
        reader.query(`select log.append('{}','{}','{}','{}','{}','{}','{}','{}','{}','{}','{}')`),
      ).rejects.toMatchObject({ code: '42501' });
    });
  });
});

const TAILS = `application_name = 'lethe-log-tail' and datname = current_database()`;

test('subscriptions go on by polling while their listening connection is killed again and again', async () => {
  await withDatabase(async (log, admin) => {
    const seen = follow(log, 0, 42);
    for (let append = 0; append < 20; append++) {
      await admin.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${TAILS}`);
      await log.append(newEvents(2));
    }
    expect((await seen).map(event => event.position)).toEqual(oneTo(42));
  });
});

const APPENDING = `application_name = 'lethe-test' and datname = current_database()
  and state = 'active' and query like '%log.append%' and pid <> pg_backend_pid()`;

test('a backend killed in the middle of an append: its caller hears that the outcome is unknown, nothing is stored', async () => {
  await withDatabase(async (log, admin) => {
    const blocker = await admin.connect();
    await blocker.query('select pg_advisory_lock(7070002)');
    const append = log.append(newEvents(3));
    const killed = (async () => {
      for (let count: number | null = 0; count !== 1;) {
        const result = await admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'advisory' and ${APPENDING}`,
        );
        count = result.rowCount;
      }
    })();
    await expect(append).rejects.toMatchObject({ code: 'log-unavailable' });
    await killed;
    blocker.release(true);
    expect(await log.head()).toBe(2);
    expect(await log.append([newEvent()])).toEqual({ status: 'appended', positions: [3] });
  });
});

test('backends killed at random while writers retry: nothing is lost, nothing is doubled', async () => {
  await withDatabase(async (log, admin) => {
    let kills = 0;
    const killer = async (): Promise<void> => {
      while (kills < 20) {
        const sql = `select pg_terminate_backend(pid) from pg_stat_activity where ${APPENDING}`;
        kills += (await admin.query(sql)).rowCount ?? 0;
      }
    };
    const store = async (batch: ReturnType<typeof newEvents>): Promise<void> => {
      for (let isStored = false; !isStored;) {
        isStored = await log.append(batch).then(
          () => true,
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'log-unavailable' });
            return false;
          },
        );
      }
    };
    const stored: string[] = [];
    const writer = async (): Promise<void> => {
      while (kills < 20) {
        const batch = newEvents(5);
        await store(batch);
        stored.push(...batch.map(event => event.sourceId));
      }
    };
    await Promise.all([killer(), ...oneTo(10).map(writer)]);
    const events = (await wholeLog(log)).slice(2);
    expect(events.map(event => event.position)).toEqual(oneTo(events.length).map(at => at + 2));
    expect(events.map(event => event.sourceId).toSorted()).toEqual(stored.toSorted());
  });
});

test('what the database itself refuses is rejected for its caller alone', async () => {
  await withDatabase(async (log, admin) => {
    await admin.query(`alter table log.events add check (type <> 'poison')`);
    const results = await Promise.allSettled(
      ['fine', 'poison', 'fine', 'fine'].map(type => log.append(newEvents(2, { type }))),
    );
    expect(results.map(result => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(results[1]).toMatchObject({ reason: { code: '23514' } });
    expect((await wholeLog(log)).map(event => event.position)).toEqual(oneTo(8));
  });
});

test('an append that the database rolls back for a passing reason is tried again', async () => {
  await withDatabase(async (log, admin) => {
    await admin.query(`
      create sequence log.attempts;
      grant usage on sequence log.attempts to lethe_writer;
      create function log.fail_twice() returns trigger language plpgsql as $$
      begin
        if nextval('log.attempts') <= 2 then raise sqlstate '40001'; end if;
        return null;
      end $$;
      create trigger fail_twice after insert on log.events execute function log.fail_twice()`);
    expect(await log.append(newEvents(2))).toEqual({ status: 'appended', positions: [3, 4] });
    expect(await log.head()).toBe(4);
  });
});

test('appends that were accepted before the log closes are stored, later ones are refused', async () => {
  const database = await createTestDatabase();
  const handle = open(database.connectionString);
  const { log } = handle;
  const accepted = newEvents(50).map(event => log.append([event]));
  await handle.close();
  expect((await Promise.all(accepted)).every(result => result.status === 'appended')).toBe(true);
  await expect(log.append([newEvent()])).rejects.toMatchObject({ code: 'log-unavailable' });
  await database.drop();
});

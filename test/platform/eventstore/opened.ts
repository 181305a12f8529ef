import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { Secret } from '../../../src/domain/secret.ts';
import { openEventStoreLog, type EventStoreLog } from '../../../src/platform/eventstore/event-log.ts';
import type { Patience } from '../../../src/platform/eventstore/connection.ts';
import type { Warn } from '../../../src/platform/log/news.ts';
import { createPool } from '../../../src/platform/postgres/pool.ts';
import type { LogUnderTest } from '../../contract/event-log.contract.ts';
import { startEventStore, type ServerOptions, type TestEventStore } from '../../support/eventstore/server.ts';
import { createTestDatabase } from '../../support/test-database.ts';

/** As docs/operating.md asks of a server. */
export const CONFIGURED = { maxAppendSize: 16_000_000 };

export const poolOf = (connectionString: string): pg.Pool =>
  createPool({
    connectionString,
    ...{ role: 'lethe_writer', max: 5, applicationName: 'lethe-test', onError: () => undefined },
  });

export interface Handle {
  readonly log: EventStoreLog;
  close(): Promise<void>;
}

interface Place {
  readonly url: string;
  readonly stream: string;
  readonly connectionString: string;
}

export async function open(
  { url, stream, connectionString }: Place,
  patience?: Patience,
  warn?: Warn,
): Promise<Handle> {
  const writer = poolOf(connectionString);
  const log = await openEventStoreLog({
    ...{ url: new Secret(Buffer.from(url)), stream, writer },
    ...(patience === undefined ? {} : { patience }),
    ...(warn === undefined ? {} : { warn }),
  });
  const close = async (): Promise<void> => {
    await log.close();
    await writer.end();
  };
  return { log, close };
}

/** A real server, where one is named: each test keeps to a stream of its own and deletes nothing. */
async function serverFor(): Promise<Pick<TestEventStore, 'url' | 'close'>> {
  const given = process.env['LETHE_TEST_EVENTSTORE'];
  return given === undefined ? startEventStore(CONFIGURED) : { url: given, close: () => Promise.resolve() };
}

/** Two handles on one log, as two processes have them. */
export async function openTwo(): Promise<LogUnderTest> {
  const [server, database] = await Promise.all([serverFor(), createTestDatabase()]);
  const stream = `lethe-test-${randomUUID()}`;
  const place = { url: server.url, stream, connectionString: database.connectionString };
  const [one, two] = await Promise.all([open(place), open(place)]);
  const close = async (): Promise<void> => {
    await Promise.all([one.close(), two.close()]);
    await Promise.all([server.close(), database.drop()]);
  };
  return { log: one.log, other: two.log, close };
}

export const STREAM = 'lethe';

/** A log on a server that does as it is told, and the superuser's pool on the database of its index. */
export interface Rig {
  readonly log: EventStoreLog;
  readonly server: TestEventStore;
  readonly admin: pg.Pool;
  /** Another handle on the same log, closed with the rig. */
  again(): Promise<EventStoreLog>;
  /** What the log warned of. */
  readonly warnings: readonly string[];
}

export interface RigOptions {
  readonly server?: ServerOptions;
  readonly patience?: Patience;
}

export async function withRig(options: RigOptions, body: (rig: Rig) => Promise<void>): Promise<void> {
  const [server, database] = await Promise.all([
    startEventStore(options.server ?? CONFIGURED),
    createTestDatabase(),
  ]);
  const { connectionString } = database;
  const admin = createPool({
    connectionString,
    ...{ role: undefined, max: 1, applicationName: 'lethe-test', onError: () => undefined },
  });
  const handles: Handle[] = [];
  const warnings: string[] = [];
  const again = async (): Promise<EventStoreLog> => {
    const place = { url: server.url, stream: STREAM, connectionString };
    const handle = await open(place, options.patience, message => warnings.push(message));
    handles.push(handle);
    return handle.log;
  };
  try {
    await body({ log: await again(), server, admin, again, warnings });
  } finally {
    for (const handle of handles) await handle.close();
    await admin.end();
    await Promise.all([server.close(), database.drop()]);
  }
}

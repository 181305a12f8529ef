import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { openEventLog } from '../../src/cli/compose-log.ts';
import type { EventLog, StoredEvent } from '../../src/domain/ports/event-log.ts';
import { Secret } from '../../src/domain/secret.ts';
import { eventStoreConfig } from '../../src/platform/eventstore/eventstore-config.ts';
import { createPool } from '../../src/platform/postgres/pool.ts';
import { startServer } from './eventstore/process.ts';
import type { TestService } from './service.ts';

/** Where a service under test has its log: what its processes are told, and how to end it. */
export interface ServiceLog {
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** Whether services under test have their log in EventStoreDB. */
export const logIsElsewhere = (): boolean => process.env['LETHE_TEST_LOG'] === 'eventstore';

/**
 * In the database, or with LETHE_TEST_LOG=eventstore in a server of its own. LETHE_TEST_EVENTSTORE names a real one, on which
 * every service has a stream of its own.
 */
export async function startServiceLog(): Promise<ServiceLog> {
  if (!logIsElsewhere()) return { env: {}, stop: () => Promise.resolve() };
  const given = process.env['LETHE_TEST_EVENTSTORE'];
  const { url, stop } =
    given === undefined ? await startServer() : { url: given, stop: () => Promise.resolve() };
  return { env: { EVENTSTORE_URL: url, EVENTSTORE_STREAM: `lethe-test-${randomUUID()}` }, stop };
}

/** Runs something with the service's log, past the service. */
export async function withServiceLog<T>(
  service: TestService,
  run: (log: EventLog) => Promise<T>,
): Promise<T> {
  const connectionString = await service.databaseUrl();
  const writer = createPool({
    connectionString,
    ...{ role: 'lethe_writer', max: 2, applicationName: 'lethe-test', onError: () => undefined },
  });
  const { EVENTSTORE_URL: url, EVENTSTORE_STREAM: stream = '' } = service.env;
  const secret = url === undefined ? undefined : new Secret(Buffer.from(url));
  const eventStore = eventStoreConfig({ EVENTSTORE_URL: secret, EVENTSTORE_STREAM: stream });
  const logger = pino({ level: 'silent' });
  const log = await openEventLog({ eventStore }, { writer, connectionString, logger });
  try {
    return await run(log);
  } finally {
    await log.close();
    await writer.end();
  }
}

/** Everything in the service's log, in order. */
export const storedEvents = (service: TestService): Promise<StoredEvent[]> =>
  withServiceLog(service, log => log.readAll(0, 1_000_000));

import type { Logger } from 'pino';
import type { Pool } from 'pg';
import type { EventLog } from '../domain/ports/event-log.ts';
import type { EventStoreConfig } from '../platform/eventstore/eventstore-config.ts';
import { createPostgresEventLog } from '../platform/postgres/event-log.ts';

export interface LogConfig {
  readonly eventStore?: EventStoreConfig;
}

export interface LogSurroundings {
  /** Of the role lethe_writer. */
  readonly writer: Pool;
  readonly connectionString: string;
  readonly logger: Logger;
}

/**
 * The log that the configuration names: EventStoreDB or KurrentDB, or else the database that holds everything. A client
 * library is loaded where it is used: the others would cost every start its time and memory.
 */
export async function openEventLog(
  { eventStore }: LogConfig,
  { writer, connectionString, logger }: LogSurroundings,
): Promise<EventLog & { close(): Promise<void> }> {
  const warn = (message: string, error: unknown): void =>
    logger.warn({ err: error, component: 'log' }, message);
  if (eventStore === undefined) return createPostgresEventLog({ writer, connectionString, warn });
  const { openEventStoreLog } = await import('../platform/eventstore/event-log.ts');
  return openEventStoreLog({ ...eventStore, writer, warn });
}

import { join } from 'node:path';
import type { Pool } from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/server.ts';
import { createPostgresEventLog, type PostgresEventLog } from '../../src/platform/postgres/event-log.ts';
import { createPool } from '../../src/platform/postgres/pool.ts';
import { dataDirIn } from './service.ts';

export interface OpenedLog {
  readonly log: PostgresEventLog;
  /** Of the role that the service writes with. */
  readonly writer: Pool;
  /** Of the superuser. */
  readonly owner: Pool;
}

/** Gives the log that a stopped service has left in a directory to `use`. A connection that fails on the way fails it. */
export async function withLog<T>(dir: string, use: (opened: OpenedLog) => Promise<T>): Promise<T> {
  const server = await startEmbeddedPostgres({
    dataDir: join(dataDirIn(dir), 'postgres'),
    log: () => undefined,
  });
  const { connectionString } = server;
  const failures: unknown[] = [];
  const onError = (error: unknown): void => void failures.push(error);
  const pool = (role: 'lethe_writer' | undefined): Pool =>
    createPool({ connectionString, role, max: 16, applicationName: 'lethe-bench', onError });
  const [writer, owner] = [pool('lethe_writer'), pool(undefined)];
  const log = createPostgresEventLog({ writer, connectionString });
  try {
    const result = await use({ log, writer, owner });
    if (failures.length > 0) throw new Error('a connection failed on the way', { cause: failures[0] });
    return result;
  } finally {
    await log.close();
    await Promise.all([writer.end(), owner.end()]);
    await server.stop();
  }
}

import type { Pool } from 'pg';
import { createPostgresLeases, type PostgresLeases } from '../../src/platform/postgres/leases.ts';
import { createPool, type DatabaseRole } from '../../src/platform/postgres/pool.ts';
import { createTestDatabase } from './test-database.ts';

export interface KeyDatabase {
  /** Of the superuser. */
  readonly connectionString: string;
  readonly writer: Pool;
  readonly reader: Pool;
  readonly leases: PostgresLeases;
  close(): Promise<void>;
}

/** A migrated database of its own with a pool of each role. */
export async function openKeyDatabase(): Promise<KeyDatabase> {
  const database = await createTestDatabase();
  const open = (role: DatabaseRole, max: number): Pool =>
    createPool({
      connectionString: database.connectionString,
      role,
      max,
      applicationName: 'lethe-test',
      onError: () => undefined,
    });
  const [writer, reader] = [open('lethe_writer', 8), open('lethe_reader', 2)];
  const { connectionString } = database;
  const leases = createPostgresLeases({ connectionString, onError: () => undefined });
  return {
    connectionString,
    writer,
    reader,
    leases,
    close: async () => {
      await leases.close();
      await Promise.all([writer.end(), reader.end()]);
      await database.drop();
    },
  };
}

import type { Pool } from 'pg';
import { createPool, type DatabaseRole } from '../../src/platform/postgres/pool.ts';
import { createTestDatabase } from './test-database.ts';

export interface KeyDatabase {
  readonly writer: Pool;
  readonly reader: Pool;
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
  return {
    writer,
    reader,
    close: async () => {
      await Promise.all([writer.end(), reader.end()]);
      await database.drop();
    },
  };
}

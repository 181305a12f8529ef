import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/server.ts';

export interface YardstickServer {
  readonly pool: pg.Pool;
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** A directory that the database's own system user can enter. */
export async function benchDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'lethe-bench-'));
  await chmod(dir, 0o755);
  return dir;
}

/** The embedded PostgreSQL with the service's own durable settings, empty. */
export async function startYardstickServer(connections: number): Promise<YardstickServer> {
  const dir = await benchDirectory();
  const server = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), log: () => undefined });
  const pool = new pg.Pool({ connectionString: server.connectionString, max: connections });
  pool.on('error', () => undefined);
  return {
    pool,
    connectionString: server.connectionString,
    stop: async () => {
      await pool.end();
      await server.stop();
      await rm(dir, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

/** Works through `items` with `width` callers at once; the rate in items a second, weighed by `sizeOf`. */
export async function rateOf<T>(
  items: readonly T[],
  width: number,
  sizeOf: (item: T) => number,
  work: (item: T) => Promise<unknown>,
): Promise<number> {
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: width }, caller));
  return (items.reduce((sum, item) => sum + sizeOf(item), 0) / (performance.now() - started)) * 1_000;
}

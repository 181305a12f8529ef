import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';

const POLL_MS = 200;

/** Runs `work` while no other process rebuilds the same view. The server frees the lock if this process dies. */
export async function withRebuildLock<T>(
  writer: Pool,
  view: string,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const client = await writer.connect();
  const key = [`lethe.rebuild.${view}`];
  let release = true;
  try {
    for (;;) {
      const { rows } = await client.query<{ taken: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
        key,
      );
      if (rows[0]?.taken === true) break;
      await delay(POLL_MS, undefined, { signal });
    }
    const result = await work();
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', key);
    release = false;
    return result;
  } finally {
    // Closing the connection frees the lock, whatever went wrong.
    client.release(release);
  }
}

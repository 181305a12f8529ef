import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';

const POLL_MS = 200;
const BEAT_MS = 1_000;
/** The server ends a session that says nothing for so long: a frozen process does not keep the view from the others. */
const SPEAKS_WITHIN = `set idle_session_timeout = '5s'`;

/**
 * Runs `work` while no other process rebuilds the same view. The server frees the lock if this process dies or is frozen;
 * one that wakes finds what it does refused by the checkpoints.
 */
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
    const result = await speaking(client, work);
    await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', key);
    release = false;
    return result;
  } finally {
    // Closing the connection frees the lock, whatever went wrong.
    client.release(release);
  }
}

async function speaking<T>(client: PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query(SPEAKS_WITHIN);
  let said: Promise<unknown> = Promise.resolve();
  const beat = setInterval(() => {
    said = said.then(() => client.query('select 1')).catch(() => undefined);
  }, BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await said;
    await client.query('reset idle_session_timeout').catch(() => undefined);
  }
}

import type { Pool } from 'pg';
import type { LeaseCheck } from '../../domain/ports/notary.ts';

/**
 * Runs `work` while this process alone holds the name; false where another holds it. The lock belongs to a connection:
 * the server frees it as soon as the holder is dead. The check that `work` is given rejects once that connection is gone.
 */
export async function withLease(
  writer: Pool,
  name: string,
  work: (check: LeaseCheck) => Promise<void>,
): Promise<boolean> {
  const client = await writer.connect();
  const key = [`lethe.lease.${name}`];
  let broken = true;
  try {
    const { rows } = await client.query<{ taken: boolean }>(
      'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
      key,
    );
    const taken = rows[0]?.taken === true;
    if (taken) {
      await work(async () => {
        await client.query('select 1');
      });
      await client.query('select pg_advisory_unlock(hashtextextended($1, 0))', key);
    }
    broken = false;
    return taken;
  } finally {
    // Closing the connection frees the lock, whatever went wrong.
    client.release(broken);
  }
}

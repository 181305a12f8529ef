import type { Pool, PoolClient } from 'pg';

/** Runs `work` in a transaction: committed when it resolves, undone when it throws. */
export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
  begin = 'begin',
): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => (broken = true));
    throw error;
  } finally {
    // A connection that could not roll back is closed: the server then rolls back by itself.
    client.release(broken);
  }
}

import type { Pool, PoolClient } from 'pg';
import { inTransaction } from './transaction.ts';

/**
 * Runs queries as one tenant's reader: row level security shows nothing of any other, whatever the query says.
 * The setting ends with the transaction, so a pooled connection never carries it on.
 */
export const withTenant = <T>(
  reader: Pool,
  tenant: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> =>
  inTransaction(reader, async client => {
    await client.query(`select set_config('lethe.tenant', $1, true)`, [tenant]);
    return work(client);
  });

import type { Pool, QueryResult, QueryResultRow } from 'pg';

const BEGIN = `begin; set local enable_sort = off; set local enable_bitmapscan = off; set local enable_seqscan = off;
  set local enable_nestloop = off; set local enable_mergejoin = off`;

/**
 * One statement, in a transaction of its own, that finds its rows by their keys, in the order of the index, and joins
 * them by hash. A table that was just filled has no statistics yet, and without them the planner reads all keys of a
 * tenant for each page of them.
 */
export async function byIndex<Row extends QueryResultRow>(
  pool: Pool,
  sql: string,
  values: unknown[],
): Promise<QueryResult<Row>> {
  const client = await pool.connect();
  let failure: Error | undefined;
  try {
    await client.query(BEGIN);
    const result = await client.query<Row>(sql, values);
    await client.query('commit');
    return result;
  } catch (error) {
    failure = error instanceof Error ? error : new Error('not an error', { cause: error });
    throw error;
  } finally {
    // A connection that failed half-way is not used again: its transaction ends with it.
    client.release(failure);
  }
}

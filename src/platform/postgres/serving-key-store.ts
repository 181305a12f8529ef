import type { Pool, QueryResultRow } from 'pg';
import type { DataKeyRow, KeyStore, RootRow, SubjectRow } from '../../domain/ports/key-store.ts';
import { textArray } from './binary-arrays.ts';
import { CURRENT_EPOCH, ROOT_COLUMNS, SERVING_KEY_COLUMNS, SUBJECT_COLUMNS } from './key-statements.ts';

/** The reads of a key store, for a process without safety rights: `safety` is null on every row. */
export type ServingKeyStore = Pick<KeyStore, 'readRoot' | 'currentEpoch' | 'readDataKeys' | 'readSubject'>;

/** Row level security shows the reader's role only the tenant that its transaction names. */
async function queryAs<Row extends QueryResultRow>(
  pool: Pool,
  tenant: string,
  sql: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const client = await pool.connect();
  try {
    await client.query('begin read only');
    await client.query("select set_config('lethe.tenant', $1, true)", [tenant]);
    const { rows } = await client.query<Row>(sql, [tenant, ...values]);
    await client.query('commit');
    client.release();
    return rows;
  } catch (error) {
    // The transaction may still be open with a tenant set: the connection is not used again.
    client.release(true);
    throw error;
  }
}

/** `reader` is a pool of the role lethe_reader. */
export function createPostgresServingKeyStore({ reader }: { readonly reader: Pool }): ServingKeyStore {
  return {
    readRoot: async (tenant, epoch, purpose) => {
      const sql = `select ${ROOT_COLUMNS} from keys.roots where tenant = $1 and epoch = $2 and purpose = $3`;
      return (await queryAs<RootRow>(reader, tenant, sql, [epoch, purpose]))[0];
    },
    currentEpoch: async tenant => {
      return (await queryAs<{ epoch: number }>(reader, tenant, CURRENT_EPOCH, []))[0]?.epoch;
    },
    readDataKeys: async (tenant, scopes) => {
      if (scopes.length === 0) return [];
      const sql = `select ${SERVING_KEY_COLUMNS} from keys.data_keys where tenant = $1 and scope = any($2::text[])`;
      return queryAs<DataKeyRow>(reader, tenant, sql, [textArray(scopes)]);
    },
    readSubject: async (tenant, subject) => {
      const sql = `select ${SUBJECT_COLUMNS} from keys.subjects where tenant = $1 and subject = $2`;
      return (await queryAs<SubjectRow>(reader, tenant, sql, [subject]))[0];
    },
  };
}

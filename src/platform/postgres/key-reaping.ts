import type { Pool } from 'pg';
import type { KeyName, KeyReaping } from '../../domain/ports/key-reaping.ts';

const BEFORE = `select date_trunc('milliseconds', clock_timestamp()) - $1 * interval '1 millisecond' as before`;
const CONDEMN = `update keys.data_keys set condemned_at = clock_timestamp()
  where tenant = $1 and scope = $2 and state in ('live', 'unstored') and condemned_at is null`;
const ACQUIT = 'update keys.data_keys set condemned_at = null where tenant = $1 and scope = $2';
const CONDEMNED = `select tenant, scope from keys.data_keys
  where condemned_at <= $1 and state in ('live', 'unstored') order by condemned_at limit $2`;

/** `writer` is a pool of the role lethe_writer. */
export const createPostgresKeyReaping = ({ writer }: { readonly writer: Pool }): KeyReaping => ({
  before: async graceMs => {
    const [row] = (await writer.query<{ before: Date }>(BEFORE, [graceMs])).rows;
    if (row === undefined) throw new Error('the database told no time');
    return row.before;
  },
  condemn: async ({ tenant, scope }) => {
    await writer.query(CONDEMN, [tenant, scope]);
  },
  acquit: async ({ tenant, scope }) => {
    await writer.query(ACQUIT, [tenant, scope]);
  },
  condemned: async (before, limit) => (await writer.query<KeyName>(CONDEMNED, [before, limit])).rows,
  reap: async ({ tenant, scope }, condemnedBefore) => {
    const sql = 'select keys.reap($1, $2, $3) as reaped';
    return (
      (await writer.query<{ reaped: boolean }>(sql, [tenant, scope, condemnedBefore])).rows[0]?.reaped ===
      true
    );
  },
});

import { bulkRows } from '../runner/bulk.ts';
import type { Db } from '../runner/view.ts';
import type { TallyRow } from './tallies.ts';

const tallies = bulkRows<TallyRow>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'measure', type: 'text', value: row => row.measure },
  { name: 'key', type: 'text', value: row => row.key },
  { name: 'policy', type: 'int4', value: row => row.policy },
  { name: 'n', type: 'int8', value: row => row.n },
  { name: 'total', type: 'int8', value: row => row.total },
  { name: 'first_position', type: 'int8', value: row => row.firstPosition },
  { name: 'last_position', type: 'int8', value: row => row.lastPosition },
  { name: 'first_at', type: 'timestamptz', value: row => row.firstAt },
  { name: 'last_at', type: 'timestamptz', value: row => row.lastAt },
]);

export async function writeTallies(rows: readonly TallyRow[], db: Db, schema: string): Promise<void> {
  await db.query(
    `insert into ${schema}.tallies as old (${tallies.names}) ${tallies.select}
     on conflict (tenant, measure, key, policy) do update set
       n             = old.n + excluded.n,
       total         = old.total + excluded.total,
       last_position = excluded.last_position,
       last_at       = greatest(old.last_at, excluded.last_at)`,
    tallies.values(rows),
  );
}

import type { Pool } from 'pg';
import type { PutAside } from '../../domain/ports/put-aside.ts';

const ADD = `insert into pii.put_aside (tenant, position)
  select * from unnest($1::uuid[], $2::bigint[]) on conflict do nothing`;

/** From one tenant to the next by the key's index, however many events each has. */
const TENANTS = `
  with recursive waiting (tenant) as (
    (select tenant from pii.put_aside order by tenant limit 1)
    union all
    select (select p.tenant from pii.put_aside p where p.tenant > w.tenant order by p.tenant limit 1)
    from waiting w where w.tenant is not null)
  select tenant from waiting where tenant is not null`;

/** What the PII detector has put aside, schema `pii`. `writer` is a pool of the role lethe_writer. */
export const createPostgresPutAside = ({ writer }: { readonly writer: Pool }): PutAside => ({
  add: async events => {
    if (events.length === 0) return;
    await writer.query(ADD, [events.map(({ tenant }) => tenant), events.map(({ position }) => position)]);
  },
  tenants: async () => (await writer.query<{ tenant: string }>(TENANTS)).rows.map(({ tenant }) => tenant),
  first: async (tenant, limit) => {
    const sql = 'select position from pii.put_aside where tenant = $1 order by position limit $2';
    const { rows } = await writer.query<{ position: number }>(sql, [tenant, limit]);
    return rows.map(({ position }) => position);
  },
  count: async tenant => {
    const sql = 'select count(*) as events from pii.put_aside where tenant = $1';
    return (await writer.query<{ events: number }>(sql, [tenant])).rows[0]?.events ?? 0;
  },
  remove: async (tenant, positions) => {
    if (positions.length === 0) return;
    const sql = 'delete from pii.put_aside where tenant = $1 and position = any($2::bigint[])';
    await writer.query(sql, [tenant, positions]);
  },
});

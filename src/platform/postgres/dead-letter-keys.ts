import type { Pool } from 'pg';

// A look-up in each owner's part of the primary key, instead of a walk over every key of the cell: behind the prefix stands a
// digit, which sorts before a letter in every collation.
const LIVING = `
  select o.tenant, k.scope from (select distinct tenant from keys.epochs) o
  cross join lateral (
    select scope from keys.data_keys k
    where k.tenant = o.tenant and k.scope >= $1 and k.scope < $2 and k.state = 'live'
  ) k`;

/** The living keys whose scope begins like that, over all tenants and the cell. `writer` is a pool of the role lethe_writer. */
export async function livingKeysUnder(
  writer: Pool,
  prefix: string,
): Promise<{ readonly tenant: string; readonly scope: string }[]> {
  const { rows } = await writer.query<{ tenant: string; scope: string }>(LIVING, [prefix, `${prefix}z`]);
  return rows.filter(({ scope }) => scope.startsWith(prefix));
}

import type { Pool } from 'pg';
import type { TenantKeyStore, TenantKmsKey } from '../../domain/ports/tenant-key-store.ts';

/** Locked in the order that other writers take, so that two can't wait for each other. */
const ERASE_SOME = `
  with living as (
    select tenant, scope from keys.data_keys where tenant = $1 and state <> 'erased'
    order by scope limit $3 for update
  )
  update keys.data_keys k set state = 'erased', safety = null, serving = null, erased_at = $2
  from living where k.tenant = living.tenant and k.scope = living.scope`;

/** In one statement, so that no root is left under an epoch that is on record as destroyed. */
const BURY = `
  with forgotten as (delete from keys.subjects where tenant = $1),
    rootless as (delete from keys.roots where tenant = $1)
  update keys.epochs set state = 'destroyed', destroyed_at = coalesce(destroyed_at, $2)
  where tenant = $1 and state <> 'destroyed'`;

/** The end of a tenant's keys in PostgreSQL. `writer` is a pool of the role lethe_writer. */
export const createPostgresTenantKeyStore = ({ writer }: { readonly writer: Pool }): TenantKeyStore => ({
  kmsKeys: async tenant => {
    const sql = `select kms_key_id as "keyId", bool_and(state = 'destroyed') as "isDestroyed"
      from keys.epochs where tenant = $1 group by 1 order by min(epoch)`;
    return (await writer.query<TenantKmsKey>(sql, [tenant])).rows;
  },
  closeEpochs: async tenant => {
    await writer.query(
      `update keys.epochs set state = 'closed'
       where tenant = $1 and state in ('opening', 'current', 'closing')`,
      [tenant],
    );
  },
  eraseKeys: async (tenant, at, limit) => (await writer.query(ERASE_SOME, [tenant, at, limit])).rowCount ?? 0,
  buryEpochs: async (tenant, at) => {
    await writer.query(BURY, [tenant, at]);
  },
});

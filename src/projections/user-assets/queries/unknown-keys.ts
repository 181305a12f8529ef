import type { Pool } from 'pg';
import type { KeyName } from '../../../domain/ports/key-reaping.ts';

/**
 * Keys of assets that the view does not know, made in the given time (its end included). A view that is behind names too
 * many, and never too few.
 */
export async function keysOfUnknownAssets(writer: Pool, after: Date, until: Date): Promise<KeyName[]> {
  const { rows } = await writer.query<KeyName>(
    `select k.tenant, k.scope from keys.data_keys k
     where k.made_at > $1 and k.made_at <= $2 and k.scope like 'asset/%'
       and k.state in ('live', 'unstored') and k.condemned_at is null
       and not exists (
         select from view_user_assets.assets a where a.tenant = k.tenant and a.asset = substr(k.scope, 7))`,
    [after, until],
  );
  return rows;
}

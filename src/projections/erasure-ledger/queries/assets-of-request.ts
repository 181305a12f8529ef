import type { AssetErasure } from '../../../domain/erasure/asset-erasure.ts';
import type { Db } from '../../runner/view.ts';
import { heldSql } from './held.ts';

/**
 * The assets under a deletion request: those that it hid, the asset that it named, and for an account everything of the
 * user that was hidden or erased before. In the order of the ids.
 */
export async function assetsOfRequest(
  db: Db,
  tenant: string,
  request: string,
  now: Date,
): Promise<AssetErasure[]> {
  const { rows } = await db.query<AssetErasure>(
    `select e.asset, e.basis, e.erase_at as "eraseAt", e.erased_at as "erasedAt", e.keys::text[] as keys, e.epoch,
            e.certificate, e.hidden_position as "hiddenPosition", e.erased_position as "erasedPosition",
            e.certified_position as "certifiedPosition",
            (e.erased_at is null and ${heldSql('e.asset', 'e.subject', 'e.tenant', '$3')}) as held
     from view_erasure_ledger.requests r
     join view_erasure_ledger.erasures e on e.tenant = r.tenant
       and (e.request = r.request or e.asset = r.asset or (r.scope = 'account' and e.subject = r.subject))
     where r.tenant = $1 and r.request = $2 order by e.asset`,
    [tenant, request, now],
  );
  return rows;
}

import type { Db } from '../../runner/view.ts';
import type { AssetKind, AssetStatus } from '../patch.ts';

/** One asset of a user, whatever has become of it. */
export interface SubjectHolding {
  readonly asset: string;
  readonly kind: AssetKind | null;
  readonly modality: string | null;
  readonly model: string | null;
  readonly mediaType: string | null;
  readonly bytes: number | null;
  readonly status: AssetStatus;
  readonly stored: boolean;
  readonly piiAction: string | null;
  readonly createdAt: Date | null;
  readonly hiddenAt: Date | null;
  /** Ground on which a sealed copy outlives the deletion (promise 11). */
  readonly basis: 'abuse-monitoring' | 'none' | null;
  readonly eraseAt: Date | null;
  readonly erasedAt: Date | null;
}

/** A user's assets in every status, in pages by id. */
export async function subjectHoldings(
  db: Db,
  tenant: string,
  subject: string,
  { after, limit }: { readonly after: string | undefined; readonly limit: number },
): Promise<SubjectHolding[]> {
  const { rows } = await db.query<SubjectHolding>(
    `select a.asset, a.kind, a.modality, a.model, a.media_type as "mediaType", a.bytes, a.status, a.stored,
            nullif(a.pii_action, 'none') as "piiAction", a.created_at as "createdAt", a.hidden_at as "hiddenAt",
            e.basis, a.erase_at as "eraseAt", a.erased_at as "erasedAt"
     from view_user_assets.assets a
     left join view_erasure_ledger.erasures e on e.tenant = a.tenant and e.asset = a.asset
     where a.tenant = $1 and a.subject = $2 and ($3::text is null or a.asset > $3)
     order by a.asset limit $4`,
    [tenant, subject, after, limit],
  );
  return rows;
}

/** The first of those that are hidden and not erased, the soonest to be erased first. */
export async function retainedHoldings(
  db: Db,
  tenant: string,
  subject: string,
  limit: number,
): Promise<Pick<SubjectHolding, 'asset' | 'kind' | 'hiddenAt' | 'basis' | 'eraseAt'>[]> {
  const { rows } = await db.query<Pick<SubjectHolding, 'asset' | 'kind' | 'hiddenAt' | 'basis' | 'eraseAt'>>(
    `select a.asset, a.kind, a.hidden_at as "hiddenAt", e.basis, a.erase_at as "eraseAt"
     from view_user_assets.assets a
     left join view_erasure_ledger.erasures e on e.tenant = a.tenant and e.asset = a.asset
     where a.tenant = $1 and a.subject = $2 and a.status = 'hidden' order by a.erase_at, a.asset limit $3`,
    [tenant, subject, limit],
  );
  return rows;
}

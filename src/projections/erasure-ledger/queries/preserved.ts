import type { HoldKind } from '../../../domain/events/hold-events.ts';
import type { Db } from '../../runner/view.ts';

/** An asset that a hold keeps, and why. */
export interface PreservedAsset {
  readonly asset: string;
  /** When it would be erased without the hold; in the past, it is erased as soon as the last hold ends. */
  readonly eraseAt: Date | null;
  readonly hold: string;
  readonly kind: HoldKind;
  readonly authority: string;
  readonly ground: string;
  readonly case: string | null;
  readonly state: 'requested' | 'active';
  /** null: until it is released. */
  readonly until: Date | null;
}

export interface PreservedPage {
  readonly cursor?: Pick<PreservedAsset, 'asset' | 'hold'> | undefined;
  readonly limit: number;
  readonly now: Date;
}

/** The assets that holds keep, each with every hold over it, by id. */
export async function listPreserved(
  db: Db,
  tenant: string,
  { cursor, limit, now }: PreservedPage,
): Promise<PreservedAsset[]> {
  const { rows } = await db.query<PreservedAsset>(
    `with h as (
       select * from view_erasure_ledger.holds
       where tenant = $1 and released_at is null and (expires_at is null or expires_at > $2)
     ), kept as (
       select x.asset, h.hold from h join view_erasure_ledger.hold_assets x on x.tenant = $1 and x.hold = h.hold
       union all
       select a.asset, h.hold from h join view_user_assets.assets a on a.tenant = $1 and a.subject = h.subject
     )
     select a.asset, a.erase_at as "eraseAt", h.hold, h.kind, h.authority, h.ground, h.case_id as case,
       case when h.placed_at is null then 'requested' else 'active' end as state, h.expires_at as until
     from kept join h on h.hold = kept.hold
     join view_user_assets.assets a on a.tenant = $1 and a.asset = kept.asset and a.status <> 'erased'
     where $3::text is null or (a.asset, h.hold) > ($3, $4::uuid)
     order by a.asset, h.hold limit $5`,
    [tenant, now, cursor?.asset, cursor?.hold, limit],
  );
  return rows;
}

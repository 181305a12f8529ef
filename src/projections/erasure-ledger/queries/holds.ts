import type { HOLD_ENDS, HoldKind } from '../../../domain/events/hold-events.ts';
import type { Db } from '../../runner/view.ts';

type HoldEnd = (typeof HOLD_ENDS)[number];

export interface HoldRow {
  readonly hold: string;
  readonly kind: HoldKind;
  readonly authority: string;
  readonly ground: string;
  /** What it preserves: one subject's everything, or the named assets. */
  readonly subject: string | null;
  readonly assets: readonly string[];
  /** The case whose assets these are, where it was asked for over a case. */
  readonly case: string | null;
  /** requested: it preserves until `expiresAt`, and waits for a second person · withdrawn, lapsed: it never was placed. */
  readonly state: 'requested' | 'active' | HoldEnd;
  readonly requestedAt: Date | null;
  readonly requestedBy: string | null;
  readonly placedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly releasedAt: Date | null;
  readonly position: number;
}

/** $1 tenant, $2 now: a hold whose date has passed no longer preserves, even before its release is recorded. */
const HOLDS = `
  select h.hold, h.kind, h.authority, h.ground, h.subject, h.case_id as case,
    h.requested_at as "requestedAt", h.requested_by as "requestedBy", h.placed_at as "placedAt", h.expires_at as "expiresAt",
    h.released_at as "releasedAt", h.position,
    array(select x.asset from view_erasure_ledger.hold_assets x
          where x.tenant = h.tenant and x.hold = h.hold order by x.asset) as assets,
    case when h.released_at is not null then h.release_cause
         when h.expires_at <= $2 then case when h.placed_at is null then 'lapsed' else 'expired' end
         when h.placed_at is null then 'requested' else 'active' end as state
  from view_erasure_ledger.holds h
  where h.tenant = $1`;

export async function getHold(db: Db, tenant: string, hold: string, now: Date): Promise<HoldRow | undefined> {
  const { rows } = await db.query<HoldRow>(`${HOLDS} and h.hold = $3`, [tenant, now, hold]);
  return rows[0];
}

export interface HoldPage {
  /** `position` of the last hold of the page before. */
  readonly cursor?: number | undefined;
  readonly limit: number;
  readonly now: Date;
}

/** A tenant's holds in every state, newest first. */
export async function listHolds(
  db: Db,
  tenant: string,
  { cursor, limit, now }: HoldPage,
): Promise<HoldRow[]> {
  const { rows } = await db.query<HoldRow>(
    `${HOLDS} and ($3::bigint is null or h.position < $3) order by h.position desc limit $4`,
    [tenant, now, cursor, limit],
  );
  return rows;
}

import { heldSql } from '../../erasure-ledger/queries/held.ts';
import type { Db } from '../../runner/view.ts';
import type { AssetKind, AssetStatus } from '../patch.ts';

export interface RetentionClass {
  readonly kind: AssetKind;
  readonly assets: number;
  readonly visible: number;
  readonly hidden: number;
  readonly erased: number;
  /** Past their date and not erased. */
  readonly due: number;
  /** Of those: late by more than the SLA, and not held. */
  readonly overdue: number;
  readonly held: number;
}

interface Terms {
  readonly now: Date;
  /** ISO 8601: how late an erasure may be. */
  readonly sla: string;
}

const HELD = heldSql('a.asset', 'a.subject', 'a.tenant', '$2');
const OVERDUE = `a.status <> 'erased' and a.erase_at < date_subtract($2::timestamptz, $3::interval, 'UTC') and not ${HELD}`;

/** How many assets of each class there are, and how they stand. */
export async function retentionClasses(
  db: Db,
  tenant: string,
  { now, sla }: Terms,
): Promise<RetentionClass[]> {
  const { rows } = await db.query<RetentionClass>(
    `select a.kind, count(*) as assets,
            count(*) filter (where a.status = 'visible') as visible,
            count(*) filter (where a.status = 'hidden') as hidden,
            count(*) filter (where a.status = 'erased') as erased,
            count(*) filter (where a.status <> 'erased' and a.erase_at <= $2) as due,
            count(*) filter (where ${OVERDUE}) as overdue,
            count(*) filter (where a.status <> 'erased' and ${HELD}) as held
     from view_user_assets.assets a
     where a.tenant = $1 and a.kind is not null group by a.kind order by a.kind`,
    [tenant, now, sla],
  );
  return rows;
}

export interface RetainedAsset {
  readonly asset: string;
  readonly subject: string | null;
  readonly kind: AssetKind | null;
  readonly status: AssetStatus;
  readonly stored: boolean;
  readonly createdAt: Date | null;
  readonly windowEnds: Date | null;
  readonly scheduledFor: Date | null;
  readonly hiddenAt: Date | null;
  readonly eraseAt: Date | null;
  readonly erasedAt: Date | null;
  readonly cause: string | null;
  readonly held: boolean;
  readonly overdue: boolean;
}

/** A page of all assets, in the order of their ids. */
export async function retainedAssets(
  db: Db,
  tenant: string,
  { now, sla, after, limit }: Terms & { readonly after: string | undefined; readonly limit: number },
): Promise<RetainedAsset[]> {
  const { rows } = await db.query<RetainedAsset>(
    `select a.asset, a.subject, a.kind, a.status, a.stored, a.created_at as "createdAt",
            a.window_ends as "windowEnds", a.scheduled_for as "scheduledFor", a.hidden_at as "hiddenAt",
            a.erase_at as "eraseAt", a.erased_at as "erasedAt", a.cause,
            (a.status <> 'erased' and ${HELD}) as held, (${OVERDUE}) as overdue
     from view_user_assets.assets a
     where a.tenant = $1 and ($4::text is null or a.asset > $4) order by a.asset limit $5`,
    [tenant, now, sla, after, limit],
  );
  return rows;
}

/** Age at erasure, in whole days, and how many assets reached it; in the order of the ages. */
export async function agesAtErasure(
  db: Db,
  tenant: string,
): Promise<{ readonly days: number; readonly assets: number }[]> {
  const { rows } = await db.query<{ days: number; assets: number }>(
    `select floor(extract(epoch from erased_at - created_at) / 86400)::int as days, count(*) as assets
     from view_user_assets.assets
     where tenant = $1 and status = 'erased' and erased_at is not null and created_at is not null
     group by 1 order by 1`,
    [tenant],
  );
  return rows;
}

import type { Db } from '../../runner/view.ts';
import type { AssetStatus } from '../patch.ts';

/** How many assets a subject has in each status. */
export async function countBySubjectStatus(
  db: Db,
  tenant: string,
  subject: string,
): Promise<Record<AssetStatus, number>> {
  const { rows } = await db.query<{ status: AssetStatus; count: number }>(
    `select status, count(*) as count from view_user_assets.assets
     where tenant = $1 and subject = $2 group by status`,
    [tenant, subject],
  );
  const counts = { visible: 0, hidden: 0, erased: 0 };
  for (const { status, count } of rows) counts[status] = count;
  return counts;
}

export interface UnerasedAsset {
  readonly asset: string;
  readonly status: Exclude<AssetStatus, 'erased'>;
}

/** The subject's assets that are not erased, in the order of the ids, behind `after`. */
export async function unerasedAssets(
  db: Db,
  tenant: string,
  subject: string,
  after: string | undefined,
  limit: number,
): Promise<UnerasedAsset[]> {
  const { rows } = await db.query<UnerasedAsset>(
    `select asset, status from view_user_assets.assets
     where tenant = $1 and subject = $2 and status in ('visible', 'hidden') and asset > $3
     order by asset limit $4`,
    [tenant, subject, after ?? '', limit],
  );
  return rows;
}

/**
 * When the last of the subject's assets could be erased if all were deleted now: the latest window, or schedule where
 * that is sooner. In the past where every window has ended; undefined where nothing is left to erase.
 */
export async function latestWindowEnd(db: Db, tenant: string, subject: string): Promise<Date | undefined> {
  const { rows } = await db.query<{ latest: Date | null }>(
    `select max(least(window_ends, erase_at)) as latest from view_user_assets.assets
     where tenant = $1 and subject = $2 and status in ('visible', 'hidden')`,
    [tenant, subject],
  );
  return rows[0]?.latest ?? undefined;
}

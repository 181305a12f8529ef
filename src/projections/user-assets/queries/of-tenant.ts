import type { Db } from '../../runner/view.ts';

/**
 * When the last minimum window of the tenant's assets ends, or their schedule where that is sooner: until then safety
 * copies may be needed (promises 9, 11). In the past where every window has ended; undefined where nothing is kept.
 */
export async function latestTenantWindow(db: Db, tenant: string): Promise<Date | undefined> {
  const { rows } = await db.query<{ latest: Date | null }>(
    `select max(least(window_ends, erase_at)) as latest from view_user_assets.assets
     where tenant = $1 and status in ('visible', 'hidden')`,
    [tenant],
  );
  return rows[0]?.latest ?? undefined;
}

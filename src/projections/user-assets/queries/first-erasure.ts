import type { Db } from '../../runner/view.ts';

/** When the first of these assets is erased, as it stands; undefined where none is left to erase. */
export async function firstErasure(
  db: Db,
  tenant: string,
  assets: readonly string[],
): Promise<Date | undefined> {
  const { rows } = await db.query<{ first: Date | null }>(
    `select min(erase_at) as first from view_user_assets.assets
     where tenant = $1 and asset = any($2::text[]) and status <> 'erased'`,
    [tenant, assets],
  );
  return rows[0]?.first ?? undefined;
}

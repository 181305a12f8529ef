import type { Db } from '../../runner/view.ts';

/** What an asset was made from, directly, in the order of the ids. */
export async function parents(db: Db, tenant: string, asset: string): Promise<string[]> {
  const { rows } = await db.query<{ parent: string }>(
    'select parent from view_user_assets.lineage where tenant = $1 and child = $2 order by parent',
    [tenant, asset],
  );
  return rows.map(({ parent }) => parent);
}

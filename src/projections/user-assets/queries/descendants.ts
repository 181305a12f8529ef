import type { Db } from '../../runner/view.ts';

export interface Descendant {
  readonly asset: string;
  /** 1 for what was made from the asset itself. */
  readonly depth: number;
}

const MAX_DEPTH = 64;

/**
 * What was made from an asset, directly or through others, nearest first. The depth bound ends a cycle, which nothing
 * stops a platform from reporting; `limit` bounds the answer.
 */
export async function descendants(
  db: Db,
  tenant: string,
  asset: string,
  limit = 10_000,
): Promise<Descendant[]> {
  const { rows } = await db.query<Descendant>(
    `with recursive made (asset, depth) as (
       select child, 1 from view_user_assets.lineage where tenant = $1 and parent = $2
       union
       select l.child, m.depth + 1
       from made m join view_user_assets.lineage l on l.tenant = $1 and l.parent = m.asset
       where m.depth < $3
     )
     select asset, min(depth) as depth from made where asset <> $2
     group by asset order by 2, 1 limit $4`,
    [tenant, asset, MAX_DEPTH, limit],
  );
  return rows;
}

/** Those of the assets from which something was made. */
export async function parentsAmong(db: Db, tenant: string, assets: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ parent: string }>(
    `select distinct parent from view_user_assets.lineage where tenant = $1 and parent = any ($2)`,
    [tenant, assets],
  );
  return rows.map(({ parent }) => parent);
}

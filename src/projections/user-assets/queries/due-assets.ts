import type { DeletionCause } from '../../../domain/events/erasure-events.ts';
import type { Db } from '../../runner/view.ts';

export interface DueAsset {
  readonly tenant: string;
  readonly asset: string;
  readonly subject: string | null;
  readonly eraseAt: Date;
  readonly cause: DeletionCause;
  readonly request: string | null;
}

/** The last due asset of a page, so that those that a hold keeps due don't stand in the way of the rest. */
export type DueCursor = Pick<DueAsset, 'eraseAt' | 'tenant' | 'asset'>;

/**
 * Assets of all tenants whose date is at or before `before`, the longest due first; for the eraser, on the writer's
 * pool. Those whose keys are gone already are left out, even when the view lags behind. Holds are not looked at here.
 */
export async function dueAssets(db: Db, before: Date, limit: number, after?: DueCursor): Promise<DueAsset[]> {
  const { rows } = await db.query<DueAsset>(
    `select a.tenant, a.asset, a.subject, a.erase_at as "eraseAt", coalesce(a.cause, 'schedule') as cause, a.request
     from view_user_assets.assets a
     where a.status <> 'erased' and a.erase_at <= $1
       ${after === undefined ? '' : 'and (a.erase_at, a.tenant, a.asset) > ($3, $4, $5)'}
       and (select k.state from keys.data_keys k where k.tenant = a.tenant and k.scope = 'asset/' || a.asset)
           is distinct from 'erased'
     order by a.erase_at, a.tenant, a.asset
     limit $2`,
    [before, limit, ...(after === undefined ? [] : [after.eraseAt, after.tenant, after.asset])],
  );
  return rows;
}

/** How many assets of all tenants should have been erased by `before` and have no record of it. */
export async function countDue(db: Db, before: Date): Promise<number> {
  const { rows } = await db.query<{ due: number }>(
    `select count(*) as due from view_user_assets.assets where status <> 'erased' and erase_at <= $1`,
    [before],
  );
  return rows[0]?.due ?? 0;
}

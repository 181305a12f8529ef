import type { Db } from '../../runner/view.ts';

/** When the oldest erasure of any tenant that a backup could still undo took place; on the writer's pool. */
export async function oldestBeforeHorizon(db: Db): Promise<Date | undefined> {
  const { rows } = await db.query<{ oldest: Date | null }>(
    `select least(
       (select min(erased_at) from view_erasure_ledger.erasures where erased_at is not null and horizon_at is null),
       (select min(completed_at) from view_erasure_ledger.requests
        where completed_at is not null and horizon_at is null)) as oldest`,
  );
  return rows[0]?.oldest ?? undefined;
}

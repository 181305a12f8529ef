import type { Db } from '../../runner/view.ts';

/** Tenants with an erasure that has begun and is not completed; on the writer's pool. */
export async function tenantsWithOpenBatches(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ tenant: string }>(
    'select distinct tenant from view_erasure_ledger.batches order by tenant',
  );
  return rows.map(({ tenant }) => tenant);
}

import type { Db } from '../runner/view.ts';

/** Tenants whose offboarding is confirmed and not complete; on the writer's pool. */
export async function tenantsBeingOffboarded(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ tenant: string }>(
    `select tenant from view_offboardings.offboardings where state in ('confirmed', 'started') order by tenant`,
  );
  return rows.map(({ tenant }) => tenant);
}

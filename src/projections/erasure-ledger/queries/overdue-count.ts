import type { Db } from '../../runner/view.ts';
import { heldSql } from './held.ts';

/**
 * Erasures of all tenants, asked for or by schedule, that are past their date by more than the tenant's present SLA and
 * that no hold covers; on the writer's pool. Above zero is an alarm.
 */
export async function countOverdue(db: Db, now: Date): Promise<number> {
  const { rows } = await db.query<{ overdue: number }>(
    `select count(*) as overdue
     from view_user_assets.assets a
     cross join lateral (
       select v.document ->> 'erasureSla' as sla from view_policies.versions v
       where v.tenant = a.tenant order by v.version desc limit 1
     ) p
     where a.status <> 'erased' and a.erase_at < $1
       and a.erase_at < date_subtract($1::timestamptz, p.sla::interval, 'UTC')
       and not ${heldSql('a.asset', 'a.subject', 'a.tenant', '$1')}`,
    [now],
  );
  return rows[0]?.overdue ?? 0;
}

/** Tenants with a hold whose date has passed and whose release is not recorded yet; on the writer's pool. */
export async function tenantsWithExpiredHolds(db: Db, now: Date): Promise<string[]> {
  const { rows } = await db.query<{ tenant: string }>(
    `select distinct tenant from view_erasure_ledger.holds
     where released_at is null and expires_at <= $1 order by tenant`,
    [now],
  );
  return rows.map(({ tenant }) => tenant);
}

import type { DeletionCause } from '../../../domain/events/erasure-events.ts';
import type { Db } from '../../runner/view.ts';
import { heldSql } from './held.ts';

/** What is recorded of one asset's erasure: the ground of a receipt and of a certificate. */
export interface ErasureRow {
  readonly asset: string;
  readonly subject: string | null;
  readonly request: string | null;
  readonly cause: DeletionCause | null;
  /** Promise 11: why a copy outlives the deletion. */
  readonly basis: 'abuse-monitoring' | 'none' | null;
  readonly hiddenAt: Date | null;
  readonly hiddenPosition: number | null;
  readonly eraseAt: Date | null;
  readonly batch: string | null;
  /** Data keys that were destroyed. */
  readonly keys: readonly string[] | null;
  readonly epoch: number | null;
  readonly erasedAt: Date | null;
  readonly erasedPosition: number | null;
  readonly certificate: string | null;
  readonly method: 'cryptographic-erase' | null;
  readonly certifiedPosition: number | null;
  /** From when on no backup can bring it back; null until its epoch's KMS key is destroyed. */
  readonly horizonAt: Date | null;
}

/** The erasure of one asset, as far as it has come; undefined where none was ever asked for or due. */
export async function getErasure(db: Db, tenant: string, asset: string): Promise<ErasureRow | undefined> {
  const { rows } = await db.query<ErasureRow>(
    `select asset, subject, request, cause, basis, hidden_at as "hiddenAt", hidden_position as "hiddenPosition",
            erase_at as "eraseAt", batch, keys::text[] as keys, epoch, erased_at as "erasedAt",
            erased_position as "erasedPosition", certificate, method, certified_position as "certifiedPosition",
            horizon_at as "horizonAt"
     from view_erasure_ledger.erasures where tenant = $1 and asset = $2`,
    [tenant, asset],
  );
  return rows[0];
}

export interface OverdueErasure {
  readonly tenant: string;
  readonly asset: string;
  readonly request: string | null;
  readonly cause: DeletionCause | null;
  readonly eraseAt: Date;
}

export interface OverdueOptions {
  readonly now: Date;
  /** ISO 8601: how late an erasure may be. */
  readonly sla: string;
  readonly limit: number;
  /** Without it all tenants, which only the writer's pool can see. */
  readonly tenant?: string | undefined;
}

/** Deleted assets that should have been erased `sla` ago, and that no hold keeps; the latest first. */
export async function overdue(
  db: Db,
  { now, sla, limit, tenant }: OverdueOptions,
): Promise<OverdueErasure[]> {
  const { rows } = await db.query<OverdueErasure>(
    `select e.tenant, e.asset, e.request, e.cause, e.erase_at as "eraseAt"
     from view_erasure_ledger.erasures e
     where e.erased_at is null and e.erase_at < date_subtract($1::timestamptz, $2::interval, 'UTC')
       and ($3::uuid is null or e.tenant = $3)
       and not ${heldSql('e.asset', 'e.subject', 'e.tenant', '$1')}
     order by e.erase_at limit $4`,
    [now, sla, tenant, limit],
  );
  return rows;
}

export interface ErasureTotal {
  readonly cause: DeletionCause;
  readonly erased: number;
  readonly keys: number;
  /** Milliseconds after the date: of all together, and the most. */
  readonly lateMs: number;
  readonly lateMsMax: number;
}

/** Erasures by cause; `from` and `to` are days in UTC, both included. */
export async function erasureTotals(
  db: Db,
  tenant: string,
  { from, to }: { readonly from?: Date | undefined; readonly to?: Date | undefined } = {},
): Promise<ErasureTotal[]> {
  const { rows } = await db.query<ErasureTotal>(
    `select cause, sum(erased)::bigint as erased, sum(keys)::bigint as keys, sum(late_ms)::bigint as "lateMs",
            max(late_ms_max) as "lateMsMax"
     from view_erasure_ledger.totals
     where tenant = $1 and day >= coalesce($2::date, '-infinity') and day <= coalesce($3::date, 'infinity')
     group by cause order by cause`,
    [tenant, from?.toISOString().slice(0, 10), to?.toISOString().slice(0, 10)],
  );
  return rows;
}

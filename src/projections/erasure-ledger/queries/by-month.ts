import type { DeletionCause } from '../../../domain/events/erasure-events.ts';
import type { Db } from '../../runner/view.ts';

export interface MonthlyErasures {
  /** UTC, YYYY-MM. */
  readonly month: string;
  readonly cause: DeletionCause;
  readonly erased: number;
  /** The most that one came after its date, milliseconds. */
  readonly lateMsMax: number;
}

/** Erasures a month and cause, oldest first; `from` and `to` are days in UTC, both included. */
export async function erasuresByMonth(
  db: Db,
  tenant: string,
  { from, to }: { readonly from?: Date | undefined; readonly to?: Date | undefined },
): Promise<MonthlyErasures[]> {
  const { rows } = await db.query<MonthlyErasures>(
    `select to_char(day, 'YYYY-MM') as month, cause, sum(erased)::bigint as erased, max(late_ms_max) as "lateMsMax"
     from view_erasure_ledger.totals
     where tenant = $1 and day >= coalesce($2::date, '-infinity') and day <= coalesce($3::date, 'infinity')
     group by 1, 2 order by 1, 2`,
    [tenant, from?.toISOString().slice(0, 10), to?.toISOString().slice(0, 10)],
  );
  return rows;
}

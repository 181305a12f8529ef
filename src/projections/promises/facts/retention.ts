import { compareDurations } from '../../../domain/time/duration.ts';
import { heldSql } from '../../erasure-ledger/queries/held.ts';
import type { PolicyVersion } from '../../policies/queries.ts';
import type { Db } from '../../runner/view.ts';

/** The tenant's assets against their dates. Everything is exact at `now`. */
export interface RetentionFacts {
  readonly assets: number;
  readonly hidden: number;
  readonly erased: number;
  readonly erasedBySchedule: number;
  readonly withoutOwner: number;
  /** Assets that no date will ever erase. */
  readonly undated: number;
  /** Scheduled for later than the longest maximum that any policy version allows. */
  readonly overlong: number;
  /** Erased before the minimum retention ended. */
  readonly early: number;
  /** Erased later than date and SLA, with no hold in between. */
  readonly late: number;
  /** Not erased though date and SLA have passed, and not held. */
  readonly overdue: number;
  readonly overdueHidden: number;
  readonly overdueByUser: number;
  readonly ageDaysLeast: number | null;
  readonly ageDaysMedian: number | null;
  readonly ageDaysMost: number | null;
}

const HELD_MEANWHILE = `exists (
  select from view_erasure_ledger.holds h
  where h.tenant = a.tenant and h.placed_at <= a.erased_at
    and coalesce(h.released_at, h.expires_at, 'infinity') >= a.erase_at
    and (h.subject = a.subject or exists (
      select from view_erasure_ledger.hold_assets x
      where x.tenant = a.tenant and x.asset = a.asset and x.hold = h.hold)))`;

const OVERDUE = `a.status <> 'erased' and a.erase_at < date_subtract($2::timestamptz, $3::interval, 'UTC')
  and not ${heldSql('a.asset', 'a.subject', 'a.tenant', '$2')}`;

const RETENTION = `
  select count(*) as assets,
    count(*) filter (where status = 'hidden') as hidden,
    count(*) filter (where status = 'erased') as erased,
    count(*) filter (where status = 'erased' and cause = 'schedule') as "erasedBySchedule",
    count(*) filter (where kind is not null and subject is null) as "withoutOwner",
    count(*) filter (where kind is not null and scheduled_for is null) as undated,
    count(*) filter (where scheduled_for > date_add(created_at, $4::interval, 'UTC') + interval '1 s') as overlong,
    count(*) filter (where erased_at < window_ends) as early,
    count(*) filter (where erased_at > date_add(erase_at, $3::interval, 'UTC') and not ${HELD_MEANWHILE}) as late,
    count(*) filter (where overdue) as overdue,
    count(*) filter (where overdue and status = 'hidden') as "overdueHidden",
    count(*) filter (where overdue and cause = 'user') as "overdueByUser",
    min(age) as "ageDaysLeast", percentile_cont(0.5) within group (order by age) as "ageDaysMedian",
    max(age) as "ageDaysMost"
  from (
    select a.*, ${OVERDUE} as overdue,
      round((extract(epoch from a.erased_at - a.created_at) / 86400)::numeric, 3)::float8 as age
    from view_user_assets.assets a where a.tenant = $1
  ) a`;

/** `versions` oldest first; the SLA is the present one. */
export async function retentionFacts(
  db: Db,
  tenant: string,
  now: Date,
  versions: readonly PolicyVersion[],
): Promise<RetentionFacts> {
  const sla = versions.at(-1)?.policy.erasureSla ?? 'PT0S';
  const longest = versions
    .map(({ policy }) => policy.maxRetention)
    .reduce((one, other) => (compareDurations(one, other) < 0 ? other : one), 'PT0S');
  const { rows } = await db.query<RetentionFacts>(RETENTION, [tenant, now, sla, longest]);
  const [found] = rows;
  if (found === undefined) throw new Error('an aggregate without a row');
  return found;
}

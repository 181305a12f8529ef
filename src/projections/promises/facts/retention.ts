import { heldUntilSql } from '../../erasure-ledger/queries/held.ts';
import type { PolicyVersion } from '../../policies/queries.ts';
import type { Db } from '../../runner/view.ts';

/** The tenant's assets against their dates. Everything is exact at `now`. */
export interface RetentionFacts {
  readonly assets: number;
  readonly erased: number;
  readonly erasedBySchedule: number;
  readonly withoutOwner: number;
  /** Assets that no date will ever erase. */
  readonly undated: number;
  /** Scheduled for later than the version that they were made under allows. */
  readonly overlong: number;
  /** Deleted copies whose date lies beyond the end of their window. */
  readonly beyondWindow: number;
  /** Erased before the minimum retention ended. */
  readonly early: number;
  /** Erased later than date and SLA; a hold in between moves the date to its own end. */
  readonly late: number;
  readonly lateHidden: number;
  /** Not erased though date and SLA have passed, and not held. */
  readonly overdue: number;
  readonly overdueHidden: number;
  readonly overdueByUser: number;
  readonly ageDaysLeast: number | null;
  readonly ageDaysMedian: number | null;
  readonly ageDaysMost: number | null;
}

const HELD_UNTIL = heldUntilSql('a', 'v.sla', '$2');

/** The deadline, looked for among the holds only where the date alone is missed. */
const MISSED = `a.erase_at is not null and coalesce(a.erased_at, $2) > date_add(a.erase_at, v.sla, 'UTC')
  and coalesce(a.erased_at, $2) > date_add(coalesce(${HELD_UNTIL}, a.erase_at), v.sla, 'UTC')`;

/** Each asset with the version in force when it was made, as its own dates are stamped. */
const RETENTION = `
  with versions as (
    select since, until, sla::interval as sla, longest::interval as longest
    from unnest($3::timestamptz[], $4::timestamptz[], $5::text[], $6::text[]) as v (since, until, sla, longest)
  )
  select count(*) as assets,
    count(*) filter (where status = 'erased') as erased,
    count(*) filter (where status = 'erased' and cause = 'schedule') as "erasedBySchedule",
    count(*) filter (where kind is not null and subject is null) as "withoutOwner",
    count(*) filter (where kind is not null and scheduled_for is null) as undated,
    count(*) filter (where scheduled_for > greatest(window_ends, allowed) + interval '1 s') as overlong,
    count(*) filter (where requested_for > greatest(window_ends, hidden_at) + interval '1 s') as "beyondWindow",
    count(*) filter (where erased_at < window_ends) as early,
    count(*) filter (where missed and status = 'erased') as late,
    count(*) filter (where missed and status = 'erased' and hidden_at is not null) as "lateHidden",
    count(*) filter (where missed and status <> 'erased') as overdue,
    count(*) filter (where missed and status = 'hidden') as "overdueHidden",
    count(*) filter (where missed and status <> 'erased' and cause = 'user') as "overdueByUser",
    min(age) as "ageDaysLeast", percentile_cont(0.5) within group (order by age) as "ageDaysMedian",
    max(age) as "ageDaysMost"
  from (
    select a.*, ${MISSED} as missed, date_add(a.created_at, v.longest, 'UTC') as allowed,
      round((extract(epoch from a.erased_at - a.created_at) / 86400)::numeric, 3)::float8 as age
    from view_user_assets.assets a
    left join versions v on coalesce(a.created_at, '-infinity') >= v.since
      and coalesce(a.created_at, '-infinity') < v.until
    where a.tenant = $1
    -- Kept apart, or each count would look for the deadline anew.
    offset 0
  ) a`;

/** `versions` oldest first. */
export async function retentionFacts(
  db: Db,
  tenant: string,
  now: Date,
  versions: readonly PolicyVersion[],
): Promise<RetentionFacts> {
  const starts = startsOf(versions);
  const { rows } = await db.query<RetentionFacts>(RETENTION, [
    ...[tenant, now],
    ...[starts, [...starts.slice(1), 'infinity']],
    ...[versions.map(({ policy }) => policy.erasureSla), versions.map(({ policy }) => policy.maxRetention)],
  ]);
  const [found] = rows;
  if (found === undefined) throw new Error('an aggregate without a row');
  return found;
}

/** When each version begins. The first one counts for what was made before it; a clock that jumped back starts none earlier. */
function startsOf(versions: readonly PolicyVersion[]): string[] {
  let latest = 0;
  return versions.map(({ inForceFrom }, index) => {
    latest = Math.max(latest, inForceFrom.getTime());
    return index === 0 ? '-infinity' : new Date(latest).toISOString();
  });
}

import type { Db } from '../../runner/view.ts';
import { MEASURES, type Measure } from '../activity.ts';
import type { ActivityCounts } from './counters.ts';
import { subjectErasedSql } from './erased.ts';

export type Ranking = Measure | 'deleteRatio';
export const RANKINGS: readonly [Ranking, ...Ranking[]] = ['deleteRatio', ...MEASURES];

export interface RankedSubject extends ActivityCounts {
  readonly subject: string;
  /** deleted / made, 1 at most; null where nothing was made in the window. */
  readonly deleteRatio: number | null;
  /** What the list is sorted by. */
  readonly rank: number;
}

export interface RankedQuery {
  readonly by: Ranking;
  /** The window: events behind `since`, up to `until`. */
  readonly since: Date;
  readonly until: Date;
  /** At least so many of each in the window. */
  readonly minimum?: Readonly<Partial<Record<Measure, number | undefined>>> | undefined;
  /** The last subject of the page before. */
  readonly after?: Pick<RankedSubject, 'rank' | 'subject'> | undefined;
  readonly limit: number;
}

const countOf = (measure: Measure): string => `count(*) filter (where counted = '${measure}')`;
const COUNTS = MEASURES.map(name => `(${countOf(name)})::int as ${name}`).join(', ');
const LEAST = MEASURES.map((name, index) => `${countOf(name)} >= $${index + 5}`).join(' and ');
const RATIO = `least(1, (${countOf('deleted')})::float8 / nullif(${countOf('made')}, 0))`;
const IN_WINDOW = `tenant = $1 and at > $2 and at <= $3 and counted is not null`;

/**
 * Accounts by what they did in a window, the most first. Those that are erased are not listed: `erasedActivity` has their
 * sum. `offset 0` keeps their check behind the sort, so that it costs a look-up a row shown and not one an account.
 */
export async function rankedSubjects(db: Db, tenant: string, query: RankedQuery): Promise<RankedSubject[]> {
  const { by, since, until, minimum = {}, after, limit } = query;
  const rank = by === 'deleteRatio' ? 'coalesce("deleteRatio", 0)' : `${by}::float8`;
  const behind = after === undefined ? '' : 'where (rank, subject) < ($11, $12)';
  const { rows } = await db.query<RankedSubject>(
    `with counted as (
       select subject, ${COUNTS}, ${RATIO} as "deleteRatio"
       from view_abuse_activity.timeline where ${IN_WINDOW} group by subject having ${LEAST}),
     ranked as (select *, ${rank} as rank from counted)
     select * from (select * from ranked ${behind} order by rank desc, subject desc offset 0) r
     where not ${subjectErasedSql('$1', 'r.subject')} limit $4`,
    [
      ...[tenant, since, until, limit],
      ...MEASURES.map(name => minimum[name] ?? 0),
      ...(after === undefined ? [] : [after.rank, after.subject]),
    ],
  );
  return rows;
}

/** What erased accounts did in a window, added up: the numbers stay, without a reference. */
export async function erasedActivity(
  db: Db,
  tenant: string,
  { since, until }: Pick<RankedQuery, 'since' | 'until'>,
): Promise<ActivityCounts & { readonly subjects: number }> {
  const { rows } = await db.query<ActivityCounts & { readonly subjects: number }>(
    `with erased as materialized (
       select substr(scope, 9)::uuid as subject from keys.data_keys
       where tenant = $1 and scope >= 'subject/' and scope < 'subject0' and state = 'erased')
     select count(distinct subject)::int as subjects, ${COUNTS}
     from erased join view_abuse_activity.timeline using (subject) where ${IN_WINDOW}`,
    [tenant, since, until],
  );
  return rows[0] ?? NOTHING;
}

const NOTHING = { subjects: 0, attempted: 0, made: 0, blocked: 0, flagged: 0, deleted: 0, read: 0 };

import type { Db } from '../../runner/view.ts';

/** How an account deletes, over what it made since an instant. */
export interface DeletionHabits {
  /** Uploads and generations. */
  readonly made: number;
  /** Of those, deleted by the user. */
  readonly deleted: number;
  /** deleted / made; null where nothing was made. */
  readonly deleteRatio: number | null;
  /** Seconds from creation to deletion: the exact median; null where nothing was deleted. */
  readonly medianSecondsToDeletion: number | null;
  /** Deleted within five minutes, as a share of the deleted; null where nothing was deleted. */
  readonly shareWithinFiveMinutes: number | null;
  /** Deletions within 24 hours after a block of a request or of the account. */
  readonly deletedAfterBlock: number;
}

/**
 * From the dates of the assets themselves, which stay when their content goes: an erasure changes no number.
 * `since` is an instant of creation, and of deletion for `deletedAfterBlock`.
 */
export async function deletionHabits(
  db: Db,
  tenant: string,
  subject: string,
  since: Date,
): Promise<DeletionHabits> {
  const { rows } = await db.query<DeletionHabits>(
    `select made, deleted, deleted::float8 / nullif(made, 0) as "deleteRatio",
            median as "medianSecondsToDeletion", quick::float8 / nullif(deleted, 0) as "shareWithinFiveMinutes",
            (${AFTER_BLOCK}) as "deletedAfterBlock"
     from (
       select count(*)::int as made, count(took)::int as deleted,
              percentile_cont(0.5) within group (order by took) as median,
              (count(*) filter (where took <= 300))::int as quick
       from (
         select case when a.cause = 'user' then extract(epoch from a.hidden_at - a.created_at)::float8 end as took
         from view_user_assets.assets a
         where a.tenant = $1 and a.subject = $2 and a.status in ('visible', 'hidden', 'erased')
           and a.created_at >= $3 and a.kind in ('upload', 'generation')) lives) totals`,
    [tenant, subject, since],
  );
  return rows[0] ?? NONE;
}

const BLOCK = `b.type in ('generation.blocked', 'account.blocked')`;
const AFTER_BLOCK = `
  select count(*)::int from view_abuse_activity.timeline d
  where d.tenant = $1 and d.subject = $2 and d.at >= $3 and d.type = 'asset.hidden' and d.counted = 'deleted'
    and exists (select from view_abuse_activity.timeline b
                where b.tenant = $1 and b.subject = $2 and ${BLOCK}
                  and b.at <= d.at and b.at > d.at - interval '24 hours')`;

const NONE: DeletionHabits = {
  ...{ made: 0, deleted: 0, deleteRatio: null, medianSecondsToDeletion: null },
  ...{ shareWithinFiveMinutes: null, deletedAfterBlock: 0 },
};

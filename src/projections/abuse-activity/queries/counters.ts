import type { Db } from '../../runner/view.ts';
import type { Measure } from '../activity.ts';

export type ActivityCounts = Readonly<Record<Measure, number>>;
export const WINDOWS = { '1h': 3_600_000, '24h': 86_400_000, '30d': 30 * 86_400_000 } as const;
export type Window = keyof typeof WINDOWS;
export type ActivityCounters = Readonly<Record<Window, ActivityCounts>>;

interface Row extends Readonly<Record<Window, number>> {
  readonly counted: Measure;
}

/**
 * What an account did in the last hour, day and 30 days up to `now`, to the instant. What was deleted or erased since
 * still counts.
 */
export async function activityCounters(
  db: Db,
  tenant: string,
  subject: string,
  now: Date,
): Promise<ActivityCounters> {
  const since = (window: Window): Date => new Date(now.getTime() - WINDOWS[window]);
  const { rows } = await db.query<Row>(
    `select counted, (count(*) filter (where at > $4))::int as "1h", (count(*) filter (where at > $5))::int as "24h",
            count(*)::int as "30d"
     from view_abuse_activity.timeline
     where tenant = $1 and subject = $2 and at > $6 and at <= $3 and counted is not null group by counted`,
    [tenant, subject, now, since('1h'), since('24h'), since('30d')],
  );
  const byMeasure = new Map(rows.map(row => [row.counted, row]));
  const of = (window: Window): ActivityCounts => {
    const count = (measure: Measure): number => byMeasure.get(measure)?.[window] ?? 0;
    return {
      ...{ attempted: count('attempted'), made: count('made'), blocked: count('blocked') },
      ...{ flagged: count('flagged'), deleted: count('deleted'), read: count('read') },
    };
  };
  return { '1h': of('1h'), '24h': of('24h'), '30d': of('30d') };
}

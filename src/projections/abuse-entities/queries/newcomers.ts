import { subjectErasedSql } from '../../abuse-activity/queries/erased.ts';
import type { Db } from '../../runner/view.ts';

/** An account that first appeared on a device of this one, shortly after this one had been busy. */
export interface Newcomer {
  /** null where the account is erased. */
  readonly subject: string | null;
  readonly firstSeen: Date;
  /** What the older account did in the 24 hours before, counted up to 1,000. */
  readonly eventsBefore: number;
}

/** From so many events in the 24 hours before on it is a burst. */
export const BURST = 20;
const LIMITS = { devices: 20, subjects: 100, events: 1_000 };

/**
 * Bursts before a new account on the same device: accounts that first did anything since an instant, on a device that this
 * one has too, within 24 hours after a burst of this one. Newest first.
 */
export async function newcomersAfterBursts(
  db: Db,
  tenant: string,
  subject: string,
  since: Date,
): Promise<Newcomer[]> {
  const { rows } = await db.query<Newcomer>(
    `with devices as (
       select token from view_abuse_entities.links
       where tenant = $1 and subject = $2 and kind = 'device' order by token limit $4),
     others as (
       select distinct l.subject from devices d
       cross join lateral (select subject from view_abuse_entities.links
                           where tenant = $1 and token = d.token order by subject limit $5) l
       where l.subject <> $2),
     arrivals as (
       select o.subject, (select t.at from view_abuse_activity.timeline t
                          where t.tenant = $1 and t.subject = o.subject order by t.at limit 1) as at
       from others o)
     select case when not ${subjectErasedSql('$1', 'a.subject')} then a.subject end as subject,
            a.at as "firstSeen", before.events as "eventsBefore"
     from arrivals a
     cross join lateral (
       select count(*)::int as events from (
         select from view_abuse_activity.timeline t where t.tenant = $1 and t.subject = $2
           and t.at >= a.at - interval '24 hours' and t.at < a.at limit $6) counted) before
     where a.at >= $3 and before.events >= $7
     order by a.at desc`,
    [tenant, subject, since, LIMITS.devices, LIMITS.subjects, LIMITS.events, BURST],
  );
  return rows;
}

import type { EventType } from '../../../domain/events/catalogue.ts';
import { readCheckpoint } from '../../runner/checkpoint.ts';
import type { Db } from '../../runner/view.ts';
import { abuseActivity } from '../view.ts';
import { assetErasedSql } from './erased.ts';

export interface TimelineEntry {
  /** When it happened, as the reporter says; to the hour where the asset is erased. */
  readonly at: Date;
  readonly type: EventType;
  /** Log position; null where the asset is erased, since the log knows its id. */
  readonly position: number | null;
  /** null where the event is about none, and where the asset is erased: its id was the caller's choice and may tell. */
  readonly asset: string | null;
  /** The event is about an asset that is erased. */
  readonly erased: boolean;
  readonly outcome: 'ok' | 'denied';
  readonly rule: string | null;
  /** Cause of a deletion, ground of a block. */
  readonly reason: string | null;
  /** Policy version in force. */
  readonly policy: number;
  /** When the asset's keys are destroyed; null for none, and once they are. */
  readonly eraseAt: Date | null;
}

/** Where a page ended: that many rows into an hour. It names neither an event nor its instant. */
export interface TimelineCursor {
  readonly hour: Date;
  readonly skip: number;
  /** Log position that the first page knew: later pages show nothing newer. */
  readonly asOf: number;
}

export interface TimelinePage {
  readonly entries: readonly TimelineEntry[];
  readonly asOf: number;
  /** Absent on the last page. */
  readonly next?: TimelineCursor;
}

/**
 * Everything that one account did, newest first, what it deleted included. Of what is erased remains that something
 * happened, and in which hour: neither what nor which. `offset 0` has the keys asked once a row, not once a column. `db` is a connection of `withTenant`.
 */
export async function subjectTimeline(
  db: Db,
  tenant: string,
  subject: string,
  { cursor, limit }: { readonly cursor?: TimelineCursor | undefined; readonly limit: number },
): Promise<TimelinePage> {
  const asOf = cursor?.asOf ?? (await readCheckpoint(db, abuseActivity.name))?.position ?? 0;
  const { rows } = await db.query<TimelineEntry>(
    `select case when p.gone then p.hour else p.at end as at, p.type,
            case when not p.gone then p.position end as position, case when not p.gone then p.asset end as asset,
            p.gone as erased, case when p.type = 'generation.blocked' then 'denied' else 'ok' end as outcome,
            p.rule, p.reason, p.policy, case when not p.gone then p.erase_at end as "eraseAt"
     from (
       select t.*, date_trunc('hour', t.at, 'UTC') as hour, a.erase_at,
              (${assetErasedSql('$1', 't.asset')} or coalesce(a.status = 'erased', false)) as gone
       from (select * from view_abuse_activity.timeline
             where tenant = $1 and subject = $2 and position <= $3
               ${cursor === undefined ? '' : `and at < $6::timestamptz + interval '1 hour'`}
             order by at desc, position desc limit $4 offset $5) t
       left join view_user_assets.assets a on a.tenant = $1 and a.asset = t.asset offset 0) p
     order by p.at desc, p.position desc`,
    [tenant, subject, asOf, limit + 1, cursor?.skip ?? 0, ...(cursor === undefined ? [] : [cursor.hour])],
  );
  const entries = rows.slice(0, limit);
  const next = rows.length > limit ? placeAfter(entries, asOf, cursor) : undefined;
  return { entries, asOf, ...(next === undefined ? {} : { next }) };
}

const HOUR_MS = 3_600_000;
const hourOf = ({ at }: TimelineEntry): number => Math.floor(at.getTime() / HOUR_MS) * HOUR_MS;

function placeAfter(
  shown: readonly TimelineEntry[],
  asOf: number,
  cursor: TimelineCursor | undefined,
): TimelineCursor | undefined {
  const last = shown.at(-1);
  if (last === undefined) return undefined;
  const hour = hourOf(last);
  const ofHour = shown.filter(entry => hourOf(entry) === hour).length;
  const before = cursor?.hour.getTime() === hour ? cursor.skip : 0;
  return { hour: new Date(hour), skip: before + ofHour, asOf };
}

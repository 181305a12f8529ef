import type { KeyState } from '../../../domain/ports/key-store.ts';
import type { Db } from '../../runner/view.ts';

/** What is left of an account, and for how long. */
export interface SubjectStanding {
  /** Of the account's own key. */
  readonly state: Exclude<KeyState, 'erased'>;
  /** First and last activity, to the hour: what it was may be erased. null where there was none. */
  readonly firstSeen: Date | null;
  readonly lastSeen: Date | null;
  /** Assets by what has become of them; `hidden` ones are deleted by the user and not erased yet. */
  readonly visible: number;
  readonly hidden: number;
  readonly erased: number;
  /** When the first and the last of the assets that remain are erased, as it stands. */
  readonly nextEraseAt: Date | null;
  readonly lastEraseAt: Date | null;
}

/** Undefined for a reference that nobody has, or whose account is erased: which of the two nobody can tell. */
export async function subjectStanding(
  db: Db,
  tenant: string,
  subject: string,
): Promise<SubjectStanding | undefined> {
  const edge = (order: 'asc' | 'desc'): string =>
    `(select date_trunc('hour', t.at, 'UTC') from view_abuse_activity.timeline t
      where t.tenant = $1 and t.subject = $2 order by t.at ${order} limit 1)`;
  const { rows } = await db.query<SubjectStanding>(
    `select k.state, ${edge('asc')} as "firstSeen", ${edge('desc')} as "lastSeen", assets.*
     from keys.data_keys k
     cross join lateral (
       select (count(*) filter (where a.status = 'visible'))::int as visible,
              (count(*) filter (where a.status = 'hidden'))::int as hidden,
              (count(*) filter (where a.status = 'erased'))::int as erased,
              min(a.erase_at) filter (where a.status <> 'erased') as "nextEraseAt",
              max(a.erase_at) filter (where a.status <> 'erased') as "lastEraseAt"
       from view_user_assets.assets a where a.tenant = $1 and a.subject = $2) assets
     where k.tenant = $1 and k.scope = 'subject/' || $2::text and k.state <> 'erased'`,
    [tenant, subject],
  );
  return rows[0];
}

/** Whether a reference is somebody's whose account is not erased. */
export async function isKnownSubject(db: Db, tenant: string, subject: string): Promise<boolean> {
  const { rows } = await db.query<{ state: KeyState }>(
    `select state from keys.data_keys where tenant = $1 and scope = 'subject/' || $2 and state <> 'erased'`,
    [tenant, subject],
  );
  return rows.length > 0;
}

/** When the next asset of each account is erased; an account without one is absent. */
export async function nextErasures(
  db: Db,
  tenant: string,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const { rows } = await db.query<{ subject: string; eraseAt: Date }>(
    `select subject, min(erase_at) as "eraseAt" from view_user_assets.assets
     where tenant = $1 and subject = any($2::uuid[]) and status in ('visible', 'hidden') and erase_at is not null
     group by subject`,
    [tenant, subjects],
  );
  return new Map(rows.map(({ subject, eraseAt }) => [subject, eraseAt]));
}

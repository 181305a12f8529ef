import type { CasePriority } from '../../../domain/events/case-events.ts';
import type { Db } from '../../runner/view.ts';

export interface CaseRow {
  readonly case: string;
  readonly status: 'open' | 'decided';
  readonly priority: CasePriority;
  readonly rank: number;
  readonly origin: string;
  readonly signals: readonly string[];
  readonly assignee: string | null;
  readonly openedAt: Date;
  readonly decidedAt: Date | null;
  readonly decision: string | null;
  readonly ground: string | null;
  readonly rule: string | null;
  readonly redress: readonly string[] | null;
  /** Assets and users that it links and that are still there. */
  readonly assets: number;
  readonly subjects: number;
  /** When the first of its assets is erased: the time that is left to look. */
  readonly nextErasure: Date | null;
  readonly position: number;
}

/** Where the queue goes on: behind this case. */
export type QueuePlace = Pick<CaseRow, 'rank' | 'openedAt' | 'case'>;

export interface QueuePage {
  readonly cursor?: QueuePlace | undefined;
  readonly limit: number;
  readonly status: CaseRow['status'];
  readonly priority?: CasePriority | undefined;
  readonly assignee?: string | undefined;
}

/** What is erased is counted no more: a list must not tell what it was. */
const CASES = `
  select c.case_id as case, c.status, c.priority, c.rank, c.origin, c.signals, c.assignee, c.opened_at as "openedAt",
    c.decided_at as "decidedAt", c.decision, c.ground, c.rule, c.redress, c.position, a.assets,
    a.next_erasure as "nextErasure", s.subjects
  from view_cases.cases c
  cross join lateral (
    select count(*) as assets, min(u.erase_at) as next_erasure
    from view_cases.links l
    join view_user_assets.assets u on u.tenant = l.tenant and u.asset = l.ref and u.status <> 'erased'
    where l.tenant = c.tenant and l.case_id = c.case_id and l.kind = 'asset'
  ) a
  cross join lateral (
    select count(*) as subjects from view_cases.links l
    where l.tenant = c.tenant and l.case_id = c.case_id and l.kind = 'subject' and not exists (
      select from view_erasure_ledger.requests r
      where r.tenant = l.tenant and r.scope = 'account'
         and r.subject = case l.kind when 'subject' then l.ref::uuid end and r.completed_at is not null)
  ) s
  where c.tenant = $1`;

/** The queue: the most urgent first, of those the oldest. */
export async function listCases(
  db: Db,
  tenant: string,
  { cursor, limit, status, priority, assignee }: QueuePage,
): Promise<CaseRow[]> {
  const { rows } = await db.query<CaseRow>(
    `${CASES} and c.status = $2 and ($3::text is null or c.priority = $3) and ($4::text is null or c.assignee = $4)
       and ($5::int is null or (-c.rank, c.opened_at, c.case_id) > (-$5::int, $6::timestamptz, $7::uuid))
     order by c.rank desc, c.opened_at, c.case_id limit $8`,
    [tenant, status, priority, assignee, cursor?.rank, cursor?.openedAt, cursor?.case, limit],
  );
  return rows;
}

export async function getCase(db: Db, tenant: string, id: string): Promise<CaseRow | undefined> {
  const { rows } = await db.query<CaseRow>(`${CASES} and c.case_id = $2`, [tenant, id]);
  return rows[0];
}

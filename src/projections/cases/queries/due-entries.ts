import type { Db } from '../../runner/view.ts';

export interface DueEntryRow {
  readonly tenant: string;
  readonly case: string;
  readonly entry: string;
}

export interface EntryLife {
  readonly now: Date;
  /** ISO 8601: after the decision of its case, and after it was written. */
  readonly afterDecision: string;
  readonly atMost: string;
  readonly limit: number;
}

/**
 * Notes and entity links of all tenants that are about something erased, or too old; everybody's first before anybody's
 * next, so that none stands behind what another tenant has due. On the writer's pool.
 */
export async function dueEntries(
  db: Db,
  { now, afterDecision, atMost, limit }: EntryLife,
): Promise<DueEntryRow[]> {
  const { rows } = await db.query<DueEntryRow>(
    `select e.tenant, e.case_id as case, e.entry
     from view_cases.entries e
     join view_cases.cases c on c.tenant = e.tenant and c.case_id = e.case_id
     where e.made_at <= date_subtract($1::timestamptz, $3::interval, 'UTC')
       or (c.status = 'decided' and c.decided_at <= date_subtract($1::timestamptz, $2::interval, 'UTC'))
       or exists (
         select from view_cases.abouts a
         join view_user_assets.assets u on u.tenant = a.tenant and u.asset = a.ref and u.status = 'erased'
         where a.tenant = e.tenant and a.entry = e.entry and a.kind = 'asset')
       or exists (
         select from view_cases.abouts a
         join view_erasure_ledger.requests r
           on r.tenant = a.tenant and r.scope = 'account' and r.completed_at is not null
             and r.subject = case a.kind when 'subject' then a.ref::uuid end
         where a.tenant = e.tenant and a.entry = e.entry and a.kind = 'subject')
     order by row_number() over (partition by e.tenant order by e.case_id, e.entry), e.tenant limit $4`,
    [now, afterDecision, atMost, limit],
  );
  return rows;
}

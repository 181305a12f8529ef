import { CONTENT_KINDS } from '../../domain/report/kinds.ts';
import type { ReportQuery, ReportRecord } from '../../domain/report/record.ts';
import type { Db } from '../runner/view.ts';

const OUTDATED = `(r.state = 'issued' and r.touched_position > r.as_of and r.kind in (${CONTENT_KINDS.map(
  kind => `'${kind}'`,
).join(', ')}))`;

const SELECT = `
  select r.tenant, r.report, r.kind, r.subject, r.request, r.period_from as "from", r.period_to as "to",
    case when ${OUTDATED} then 'outdated' else r.state end as state, r.requested_at as "requestedAt", r.position,
    r.sha256, r.bytes, r.events, r.tree_size as size, r.as_of as "asOf", r.issued_at as "issuedAt",
    r.expires_at as "expiresAt", r.reason
  from view_reports.reports r`;

/** One report; undefined where there is none of that id. */
export async function getReport(db: Db, tenant: string, report: string): Promise<ReportRecord | undefined> {
  const { rows } = await db.query<ReportRecord>(`${SELECT} where r.tenant = $1 and r.report = $2`, [
    tenant,
    report,
  ]);
  return rows[0];
}

/** A tenant's reports of the kinds, newest first. */
export async function listReports(
  db: Db,
  tenant: string,
  { kinds, subject, cursor, limit }: ReportQuery,
): Promise<ReportRecord[]> {
  const { rows } = await db.query<ReportRecord>(
    `${SELECT} where r.tenant = $1 and r.kind = any($2) and ($3::uuid is null or r.subject = $3)
       and ($4::bigint is null or r.position < $4) order by r.position desc limit $5`,
    [tenant, kinds, subject, cursor, limit],
  );
  return rows;
}

/** How many reports wait to be built: of the tenant, and those about the user among them. */
export async function countWaiting(
  db: Db,
  tenant: string,
  subject: string | undefined,
): Promise<{ readonly tenant: number; readonly user: number }> {
  const { rows } = await db.query<{ tenant: number; user: number }>(
    `select count(*) as tenant, count(*) filter (where r.subject = $2::uuid) as "user"
     from view_reports.reports r where r.tenant = $1 and r.state = 'requested'`,
    [tenant, subject],
  );
  return rows[0] ?? { tenant: 0, user: 0 };
}

/** Reports of all tenants that wait to be built, everybody's oldest first: a flood by one delays no other; writer's pool. */
export async function requestedReports(db: Db, limit: number): Promise<ReportRecord[]> {
  const { rows } = await db.query<ReportRecord>(
    `${SELECT} where r.state = 'requested'
     order by row_number() over (partition by r.tenant, r.subject order by r.position), r.position limit $1`,
    [limit],
  );
  return rows;
}

/** Reports of all tenants whose key has to go, by their date or because content in them was deleted, in the same order. */
export async function endingReports(db: Db, now: Date, limit: number): Promise<ReportRecord[]> {
  const { rows } = await db.query<ReportRecord>(
    `${SELECT} where r.state = 'issued' and (r.expires_at <= $1 or ${OUTDATED})
     order by row_number() over (partition by r.tenant order by r.position), r.position limit $2`,
    [now, limit],
  );
  return rows;
}

import type { Db } from '../../runner/view.ts';
import { promisedSql, type Scope } from '../scope.ts';

/** Requests of persons about their data, and the reports that answer them. */
export interface RightsFacts {
  readonly received: number;
  readonly closed: number;
  /** Answered after their date, or still open though it has passed. */
  readonly overdue: number;
  readonly handedOver: number;
  /** Routed to the platform though the organisation comes first. */
  readonly pastOrganisation: number;
  readonly handOverHoursMedian: number | null;
  readonly copies: number;
  readonly copiesWithoutReport: number;
  readonly downloads: number;
  readonly downloadsWithoutReport: number;
  readonly newestHash: string | null;
  readonly confirmations: number;
  readonly confirmationsUnproven: number;
  /** Copies and downloads that failed, and that no later one made up for. */
  readonly failed: number;
}

const ANSWERED = (kind: string): string => `d.kind = '${kind}' and d.outcome = 'fulfilled'`;

const RIGHTS = `
  with d as (
    select r.*, exists (
      select from view_reports.reports p
      where p.tenant = r.tenant and p.report = r.report and p.kind = r.kind and p.issued_at is not null) as reported
    from view_data_requests.requests r where r.tenant = $1 and ${promisedSql('r.position', '$3', '$4')}
  ), p as (
    select *, kind in ('confirmation', 'dpa-evidence') as confirms
    from view_reports.reports where tenant = $1 and ${promisedSql('position', '$3', '$4')})
  select count(*) as received,
    count(*) filter (where answered_at is not null) as closed,
    count(*) filter (where coalesce(answered_at, $2) > due_by) as overdue,
    count(*) filter (where routed_to = 'organisation' and handed_over_at is not null) as "handedOver",
    count(*) filter (where routed_to = 'platform') as "pastOrganisation",
    percentile_cont(0.5) within group (order by extract(epoch from handed_over_at - received_at) / 3600)
      filter (where routed_to = 'organisation' and handed_over_at is not null) as "handOverHoursMedian",
    count(*) filter (where ${ANSWERED('access')}) as copies,
    count(*) filter (where ${ANSWERED('access')} and not reported) as "copiesWithoutReport",
    count(*) filter (where ${ANSWERED('portability')}) as downloads,
    count(*) filter (where ${ANSWERED('portability')} and not reported) as "downloadsWithoutReport",
    (select sha256 from p where kind = 'access' and issued_at is not null order by issued_at desc limit 1) as "newestHash",
    (select count(*) from p where confirms and issued_at is not null) as confirmations,
    (select count(*) from p where confirms and issued_at is not null and tree_size = 0) as "confirmationsUnproven",
    (select count(*) from p where kind in ('access', 'portability') and state = 'failed' and not exists (
       select from p later where later.kind = p.kind and later.subject = p.subject
         and later.position > p.position and later.issued_at is not null)) as failed
  from d`;

/** `now` decides what is overdue. */
export async function rightsFacts(
  db: Db,
  tenant: string,
  now: Date,
  { since, until }: Scope,
): Promise<RightsFacts> {
  const { rows } = await db.query<RightsFacts>(RIGHTS, [tenant, now, since, until]);
  const [found] = rows;
  if (found === undefined) throw new Error('an aggregate without a row');
  return found;
}

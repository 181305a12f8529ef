import type { Db } from '../../runner/view.ts';

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
  readonly machineReadable: number;
  readonly failed: number;
}

const ANSWERED = (kind: string): string => `d.kind = '${kind}' and d.outcome = 'fulfilled'`;

const RIGHTS = `
  with d as (
    select r.*, exists (
      select from view_evidence.reports p
      where p.tenant = r.tenant and p.report = r.report and p.issued_at is not null) as reported
    from view_evidence.data_requests r where r.tenant = $1
  ), p as (select * from view_evidence.reports where tenant = $1)
  select count(*) filter (where received_at is not null) as received,
    count(*) filter (where closed_at is not null) as closed,
    count(*) filter (where coalesce(closed_at, $2) > due_by) as overdue,
    count(*) filter (where handed_over_at is not null) as "handedOver",
    count(*) filter (where routed_to = 'platform') as "pastOrganisation",
    percentile_cont(0.5) within group (order by extract(epoch from handed_over_at - received_at) / 3600)
      filter (where handed_over_at is not null) as "handOverHoursMedian",
    count(*) filter (where ${ANSWERED('access')}) as copies,
    count(*) filter (where ${ANSWERED('access')} and not reported) as "copiesWithoutReport",
    count(*) filter (where ${ANSWERED('portability')}) as downloads,
    count(*) filter (where ${ANSWERED('portability')} and not reported) as "downloadsWithoutReport",
    (select sha256 from p where kind = 'access' and issued_at is not null order by issued_at desc limit 1) as "newestHash",
    (select count(*) from p where kind in ('confirmation', 'dpa-evidence') and issued_at is not null) as confirmations,
    (select count(*) from p
     where kind in ('confirmation', 'dpa-evidence') and issued_at is not null and size = 0) as "confirmationsUnproven",
    (select count(*) from p
     where kind in ('access', 'portability') and issued_at is not null) as "machineReadable",
    (select count(*) from p
     where kind in ('access', 'portability') and failed_at is not null and issued_at is null) as failed
  from d`;

/** `now` decides what is overdue. */
export async function rightsFacts(db: Db, tenant: string, now: Date): Promise<RightsFacts> {
  const { rows } = await db.query<RightsFacts>(RIGHTS, [tenant, now]);
  const [found] = rows;
  if (found === undefined) throw new Error('an aggregate without a row');
  return found;
}

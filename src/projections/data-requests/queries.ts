import type { DsrKind, DsrRoute, RefusalGround } from '../../domain/events/dsr-events.ts';
import type { Db } from '../runner/view.ts';

export interface DataRequestRow {
  readonly dsr: string;
  /** Inside reference. */
  readonly subject: string | null;
  readonly kind: DsrKind;
  readonly state: 'with-organisation' | 'with-platform' | 'answering' | 'answered';
  /** Who was asked first. */
  readonly routedTo: DsrRoute;
  readonly receivedAt: Date;
  readonly dueBy: Date;
  readonly extendedMonths: number;
  readonly handedOverAt: Date | null;
  readonly answeredAt: Date | null;
  readonly outcome: 'fulfilled' | 'refused' | null;
  readonly ground: RefusalGround | null;
  readonly report: string | null;
  /** Of the report's bundle, hex. */
  readonly sha256: string | null;
  /** Deletion request that it led to. */
  readonly deletion: string | null;
  readonly overdue: boolean;
  readonly position: number;
}

export interface DataRequestPage {
  /** `position` of the last request of the page before. */
  readonly cursor?: number | undefined;
  readonly limit: number;
  readonly subject?: string | undefined;
  readonly state?: DataRequestRow['state'] | undefined;
  readonly now: Date;
}

/** A tenant's requests, newest first. */
export async function listDataRequests(
  db: Db,
  tenant: string,
  { cursor, limit, subject, state, now }: DataRequestPage,
): Promise<DataRequestRow[]> {
  const { rows } = await db.query<DataRequestRow>(
    `select dsr, subject, kind, state, routed_to as "routedTo", received_at as "receivedAt", due_by as "dueBy",
       extended_months as "extendedMonths", handed_over_at as "handedOverAt", answered_at as "answeredAt",
       outcome, ground, report, sha256, deletion, position, (state <> 'answered' and due_by < $2) as overdue
     from view_data_requests.requests
     where tenant = $1 and ($3::bigint is null or position < $3) and ($4::uuid is null or subject = $4)
       and ($5::text is null or state = $5)
     order by position desc limit $6`,
    [tenant, now, cursor, subject, state, limit],
  );
  return rows;
}

export interface OpenDataRequest {
  readonly tenant: string;
  readonly dsr: string;
  readonly dueBy: Date;
}

/** Requests of all tenants that Lethe itself has to carry on, those due first, behind `after`; on the writer's pool. */
export async function openDataRequests(
  db: Db,
  limit: number,
  after?: Pick<OpenDataRequest, 'dsr' | 'dueBy'>,
): Promise<OpenDataRequest[]> {
  const { rows } = await db.query<OpenDataRequest>(
    `select tenant, dsr, due_by as "dueBy" from view_data_requests.requests
     where state in ('with-platform', 'answering')
       and ($2::timestamptz is null or (due_by, dsr) > ($2, $3::uuid))
     order by due_by, dsr limit $1`,
    [limit, after?.dueBy, after?.dsr],
  );
  return rows;
}

/** Requests of all tenants that are past their date and not answered; on the writer's pool. Above zero is an alarm. */
export async function countOverdueDataRequests(db: Db, now: Date): Promise<number> {
  const { rows } = await db.query<{ overdue: number }>(
    `select count(*) as overdue from view_data_requests.requests where state <> 'answered' and due_by < $1`,
    [now],
  );
  return rows[0]?.overdue ?? 0;
}

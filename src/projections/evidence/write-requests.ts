import { bulkRows } from '../runner/bulk.ts';
import type { Db, RecordedEvent } from '../runner/view.ts';

interface RequestRow {
  readonly tenant: string;
  readonly dsr: string;
  kind?: string;
  routedTo?: string;
  receivedAt?: string;
  dueBy?: string;
  handedOverAt?: string;
  closedAt?: string;
  outcome?: string;
  report?: string | undefined;
}

const requests = bulkRows<RequestRow>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'dsr', type: 'uuid', value: row => row.dsr },
  { name: 'kind', type: 'text', value: row => row.kind },
  { name: 'routed_to', type: 'text', value: row => row.routedTo },
  { name: 'received_at', type: 'timestamptz', value: row => row.receivedAt },
  { name: 'due_by', type: 'timestamptz', value: row => row.dueBy },
  { name: 'handed_over_at', type: 'timestamptz', value: row => row.handedOverAt },
  { name: 'closed_at', type: 'timestamptz', value: row => row.closedAt },
  { name: 'outcome', type: 'text', value: row => row.outcome },
  { name: 'report', type: 'uuid', value: row => row.report },
]);

/** Requests of persons about their data, with the times that the one-month clock is held against (promises 20, 21, 28). */
export async function writeRequests(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const rows = new Map<string, RequestRow>();
  for (const event of events) fold(event, rows);
  if (rows.size === 0) return;
  await db.query(
    `insert into ${schema}.data_requests as old (${requests.names}) ${requests.select}
     on conflict (tenant, dsr) do update set
       kind           = coalesce(old.kind, excluded.kind),
       routed_to      = coalesce(old.routed_to, excluded.routed_to),
       received_at    = coalesce(old.received_at, excluded.received_at),
       due_by         = coalesce(excluded.due_by, old.due_by),
       handed_over_at = coalesce(old.handed_over_at, excluded.handed_over_at),
       closed_at      = coalesce(old.closed_at, excluded.closed_at),
       outcome        = coalesce(old.outcome, excluded.outcome),
       report         = coalesce(excluded.report, old.report)`,
    requests.values([...rows.values()]),
  );
}

function fold(event: RecordedEvent, rows: Map<string, RequestRow>): void {
  switch (event.type) {
    case 'dsr.received': {
      const { kind, routedTo, dueBy } = event.data;
      Object.assign(rowOf(rows, event, event.data.dsr), { kind, routedTo, dueBy, receivedAt: event.time });
      return;
    }
    case 'dsr.extended':
      rowOf(rows, event, event.data.dsr).dueBy = event.data.dueBy;
      return;
    case 'dsr.handed-over':
      rowOf(rows, event, event.data.dsr).handedOverAt ??= event.time;
      return;
    case 'dsr.fulfilled': {
      const row = rowOf(rows, event, event.data.dsr);
      row.closedAt ??= event.time;
      row.outcome ??= event.data.outcome;
      row.report ??= event.data.report;
      return;
    }
    default:
      return;
  }
}

function rowOf(rows: Map<string, RequestRow>, { tenant }: RecordedEvent, dsr: string): RequestRow {
  const key = `${tenant}/${dsr}`;
  const row = rows.get(key) ?? { tenant, dsr };
  rows.set(key, row);
  return row;
}

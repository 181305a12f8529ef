import { bulkRows } from '../runner/bulk.ts';
import type { Db, EventNamed, RecordedEvent } from '../runner/view.ts';

const kinds = bulkRows<EventNamed<'report.requested'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'report', type: 'uuid', value: event => event.data.report },
  { name: 'kind', type: 'text', value: event => event.data.kind },
]);

const issues = bulkRows<EventNamed<'report.issued'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'report', type: 'uuid', value: event => event.data.report },
  { name: 'kind', type: 'text', value: event => event.data.kind },
  { name: 'issued_at', type: 'timestamptz', value: event => event.time },
  { name: 'sha256', type: 'text', value: event => event.data.sha256 },
  { name: 'size', type: 'int8', value: event => event.data.size },
]);

const failures = bulkRows<EventNamed<'report.failed'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'report', type: 'uuid', value: event => event.data.report },
  { name: 'failed_at', type: 'timestamptz', value: event => event.time },
]);

/** Reports by kind, with the hash of what was issued (promises 28, 30, 43). */
export async function writeReports(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const requested = events.filter(event => event.type === 'report.requested');
  if (requested.length > 0) {
    await db.query(
      `insert into ${schema}.reports (${kinds.names}) ${kinds.select} on conflict do nothing`,
      kinds.values(requested),
    );
  }
  const issued = events.filter(event => event.type === 'report.issued');
  if (issued.length > 0) {
    await db.query(
      `insert into ${schema}.reports as old (${issues.names}) ${issues.select}
       on conflict (tenant, report) do update set
         kind = excluded.kind, issued_at = excluded.issued_at, sha256 = excluded.sha256, size = excluded.size`,
      issues.values(issued),
    );
  }
  const failed = events.filter(event => event.type === 'report.failed');
  if (failed.length > 0) {
    await db.query(
      `insert into ${schema}.reports as old (${failures.names}) ${failures.select}
       on conflict (tenant, report) do update set failed_at = excluded.failed_at`,
      failures.values(failed),
    );
  }
}

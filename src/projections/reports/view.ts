import type { EventType } from '../../domain/events/catalogue.ts';
import type { Db, EventNamed, RecordedEvent, View } from '../runner/view.ts';
import { bulkRows } from '../runner/bulk.ts';
import { reportsTables } from './table.ts';
import { touchesOf, type Touch } from './touches.ts';

type Ended = EventNamed<'report.failed' | 'report.expired'>;

const requested = bulkRows<EventNamed<'report.requested'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'report', type: 'uuid', value: ({ data }) => data.report },
  { name: 'kind', type: 'text', value: ({ data }) => data.kind },
  { name: 'subject', type: 'uuid', value: event => event.subject },
  { name: 'request', type: 'uuid', value: ({ data }) => data.request },
  { name: 'period_from', type: 'timestamptz', value: ({ data }) => data.from },
  { name: 'period_to', type: 'timestamptz', value: ({ data }) => data.to },
  { name: 'state', type: 'text', value: () => 'requested' },
  { name: 'requested_at', type: 'timestamptz', value: event => event.time },
  { name: 'position', type: 'int8', value: event => event.position },
]);

const issued = bulkRows<EventNamed<'report.issued'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'report', type: 'uuid', value: ({ data }) => data.report },
  { name: 'sha256', type: 'text', value: ({ data }) => data.sha256 },
  { name: 'bytes', type: 'int8', value: ({ data }) => data.bytes },
  { name: 'events', type: 'int8', value: ({ data }) => data.events },
  { name: 'tree_size', type: 'int8', value: ({ data }) => data.size },
  { name: 'as_of', type: 'int8', value: ({ data }) => data.asOf },
  { name: 'issued_at', type: 'timestamptz', value: event => event.time },
  { name: 'expires_at', type: 'timestamptz', value: ({ data }) => data.expiresAt },
]);

const ended = bulkRows<Ended>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'report', type: 'uuid', value: ({ data }) => data.report },
  { name: 'state', type: 'text', value: ({ type }) => (type === 'report.failed' ? 'failed' : 'expired') },
  {
    name: 'reason',
    type: 'text',
    value: event => (event.type === 'report.failed' ? event.data.reason : event.data.cause),
  },
]);

const touches = bulkRows<Touch>([
  { name: 'tenant', type: 'uuid', value: touch => touch.tenant },
  { name: 'subject', type: 'uuid', value: touch => touch.subject },
  { name: 'position', type: 'int8', value: touch => touch.position },
]);

const named = <T extends EventType>(events: readonly RecordedEvent[], type: T): EventNamed<T>[] =>
  events.filter((event): event is EventNamed<T> & RecordedEvent => event.type === type);

async function apply(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const run = async <Row>(
    rows: readonly Row[],
    columns: { values(rows: readonly Row[]): string[] },
    sql: string,
  ) => {
    if (rows.length > 0) await db.query(sql, columns.values(rows));
  };
  await run(
    named(events, 'report.requested'),
    requested,
    `insert into ${schema}.reports (${requested.names}) ${requested.select} on conflict do nothing`,
  );
  await run(
    touchesOf(events),
    touches,
    `update ${schema}.reports r set touched_position = greatest(r.touched_position, i.position)
     from (${touches.select}) i
     where r.tenant = i.tenant and r.subject = i.subject and r.state in ('requested', 'issued')`,
  );
  await run(
    named(events, 'report.issued'),
    issued,
    `update ${schema}.reports r
     set state = 'issued', sha256 = i.sha256, bytes = i.bytes, events = i.events, tree_size = i.tree_size,
         as_of = i.as_of, issued_at = i.issued_at, expires_at = i.expires_at
     from (${issued.select}) i where r.tenant = i.tenant and r.report = i.report and r.state = 'requested'`,
  );
  await run(
    [...named(events, 'report.failed'), ...named(events, 'report.expired')],
    ended,
    `update ${schema}.reports r set state = i.state, reason = i.reason
     from (${ended.select}) i where r.tenant = i.tenant and r.report = i.report`,
  );
}

/** Reports from request to expiry; which of them hold content that was deleted since they were built. */
export const reports: View = { name: 'reports', version: 1, tables: reportsTables, apply };

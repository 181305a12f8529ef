import { bulkRows } from '../runner/bulk.ts';
import { viewTables } from '../runner/tables.ts';
import type { Db, EventNamed, RecordedEvent, View } from '../runner/view.ts';

const tables = (schema: string): string =>
  viewTables(schema, [
    {
      name: 'requests',
      columns: `
        tenant          uuid not null,
        dsr             uuid not null,
        subject         uuid,
        kind            text not null,
        state           text not null check (state in ('with-organisation', 'with-platform', 'answering', 'answered')),
        routed_to       text not null,
        received_at     timestamptz(3) not null,
        recorded_at     timestamptz(3) not null,
        due_by          timestamptz(3) not null,
        extended_months integer not null default 0,
        handed_over_at  timestamptz(3),
        report          uuid,
        answered_at     timestamptz(3),
        outcome         text,
        ground          text,
        sha256          text,
        deletion        uuid,
        position        bigint not null,
        primary key (tenant, dsr)`,
      indexes: {
        requests_by_position: '(tenant, position)',
        requests_open: `(due_by) where state <> 'answered'`,
      },
    },
  ]);

type Received = EventNamed<'dsr.received'>;

const received = bulkRows<Received>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'dsr', type: 'uuid', value: event => event.data.dsr },
  { name: 'subject', type: 'uuid', value: event => event.subject },
  { name: 'kind', type: 'text', value: event => event.data.kind },
  { name: 'state', type: 'text', value: event => `with-${event.data.routedTo}` },
  { name: 'routed_to', type: 'text', value: event => event.data.routedTo },
  { name: 'received_at', type: 'timestamptz', value: event => event.time },
  { name: 'recorded_at', type: 'timestamptz', value: event => event.recorded },
  { name: 'due_by', type: 'timestamptz', value: event => event.data.dueBy },
  { name: 'position', type: 'int8', value: event => event.position },
]);

/** What follows on a request: few, so that each is a statement of its own, in the order of the log. */
type Following = EventNamed<'dsr.handed-over' | 'dsr.extended' | 'dsr.started' | 'dsr.fulfilled'>;

/** What it changes: assignments, whose parameters count from $3, and their values. */
type Change = readonly [assignments: string, ...values: unknown[]];

function changeOf({ type, data, time }: Following): Change {
  switch (type) {
    case 'dsr.handed-over':
      return [
        'state = $3, report = null, handed_over_at = coalesce(handed_over_at, $4)',
        `with-${data.to}`,
        time,
      ];
    case 'dsr.extended':
      return ['due_by = $3, extended_months = extended_months + $4', data.dueBy, data.months];
    case 'dsr.started':
      return [`state = 'answering', report = $3`, data.report];
    case 'dsr.fulfilled': {
      const { outcome, ground, report, sha256, request } = data;
      const answer = `answered_at = $3, outcome = $4, ground = $5, report = coalesce($6, report), sha256 = $7, deletion = $8`;
      return [`state = 'answered', ${answer}`, time, outcome, ground, report, sha256, request];
    }
  }
}

async function follow(event: Following, db: Db, schema: string): Promise<void> {
  const [assignments, ...values] = changeOf(event);
  const sql = `update ${schema}.requests set ${assignments} where tenant = $1 and dsr = $2`;
  await db.query(sql, [event.tenant, event.data.dsr, ...values]);
}

function isFollowing(event: RecordedEvent): event is Following {
  return (
    event.type === 'dsr.handed-over' ||
    event.type === 'dsr.extended' ||
    event.type === 'dsr.started' ||
    event.type === 'dsr.fulfilled'
  );
}

async function apply(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const arrived = events.filter(event => event.type === 'dsr.received');
  if (arrived.length > 0) {
    await db.query(
      `insert into ${schema}.requests (${received.names}) ${received.select} on conflict do nothing`,
      received.values(arrived),
    );
  }
  for (const event of events) if (isFollowing(event)) await follow(event, db, schema);
}

/** Requests of people under GDPR Art. 15 to 21, with dates and routing: references only (promises 20, 21, 28, 31). */
export const dataRequests: View = { name: 'data-requests', version: 1, tables, apply };

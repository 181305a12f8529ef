import { bulkRows } from '../runner/bulk.ts';
import type { Db, EventNamed, RecordedEvent } from '../runner/view.ts';

interface Statement {
  readonly event: RecordedEvent;
  readonly kind: string;
}

/** What a later use has to respect (promises 24, 31, 41, 45). */
function statementOf(event: RecordedEvent): Statement[] {
  switch (event.type) {
    case 'training.opted-out':
      return [{ event, kind: 'opted-out' }];
    case 'training.opted-in':
      return [{ event, kind: 'opted-in' }];
    case 'processing.objected':
      return [{ event, kind: `objected:${event.data.purpose}` }];
    case 'account.blocked':
      return [{ event, kind: 'blocked' }];
    case 'asset.shared':
      return [{ event, kind: event.data.audience === 'community' ? 'shared' : 'unshared' }];
    default:
      return [];
  }
}

const statements = bulkRows<Statement>([
  { name: 'tenant', type: 'uuid', value: ({ event }) => event.tenant },
  { name: 'position', type: 'int8', value: ({ event }) => event.position },
  { name: 'kind', type: 'text', value: ({ kind }) => kind },
  { name: 'subject', type: 'uuid', value: ({ event }) => event.subject },
  { name: 'asset', type: 'text', value: ({ event }) => event.asset },
]);

const uses = bulkRows<EventNamed<'training.used'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'position', type: 'int8', value: event => event.position },
  { name: 'asset', type: 'text', value: event => event.asset },
  { name: 'subject', type: 'uuid', value: event => event.subject },
  { name: 'consent', type: 'text', value: event => event.data.consent },
]);

const cells = bulkRows<EventNamed<'tenant.registered'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'position', type: 'int8', value: event => event.position },
  { name: 'profile', type: 'jsonb', value: event => JSON.stringify(event.data.cell) },
]);

export async function writeStatements(
  events: readonly RecordedEvent[],
  db: Db,
  schema: string,
): Promise<void> {
  const made = events.flatMap(statementOf);
  if (made.length > 0) {
    await db.query(
      `insert into ${schema}.statements (${statements.names}) ${statements.select}`,
      statements.values(made),
    );
  }
  const used = events.filter(event => event.type === 'training.used');
  if (used.length > 0) {
    await db.query(`insert into ${schema}.training_uses (${uses.names}) ${uses.select}`, uses.values(used));
  }
  const placed = events
    .filter(event => event.type === 'tenant.registered')
    .filter(({ data }) => data.cell !== undefined);
  if (placed.length > 0) {
    await db.query(`insert into ${schema}.cells (${cells.names}) ${cells.select}`, cells.values(placed));
  }
}

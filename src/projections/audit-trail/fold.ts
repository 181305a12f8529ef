import { bulkRows } from '../runner/bulk.ts';
import type { Db, RecordedEvent } from '../runner/view.ts';
import { outcomeOf, purposeOf, targetOf } from './entry.ts';

const entries = bulkRows<RecordedEvent>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'position', type: 'int8', value: event => event.position },
  { name: 'time', type: 'timestamptz', value: event => event.time },
  { name: 'action', type: 'text', value: event => event.type },
  { name: 'actor_kind', type: 'text', value: event => event.actor.kind },
  { name: 'actor', type: 'text', value: event => event.actor.id },
  { name: 'role', type: 'text', value: event => event.actor.role },
  { name: 'target', type: 'text', value: targetOf },
  { name: 'outcome', type: 'text', value: outcomeOf },
  { name: 'purpose', type: 'text', value: purposeOf },
]);

/** One row an event, of every type. */
export async function applyAuditTrail(
  events: readonly RecordedEvent[],
  db: Db,
  schema: string,
): Promise<void> {
  await db.query(
    `insert into ${schema}.entries (${entries.names}) ${entries.select}`,
    entries.values(events),
  );
}

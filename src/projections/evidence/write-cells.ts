import { bulkRows } from '../runner/bulk.ts';
import type { Db, EventNamed, RecordedEvent } from '../runner/view.ts';

const cells = bulkRows<EventNamed<'tenant.registered'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'position', type: 'int8', value: event => event.position },
  { name: 'profile', type: 'jsonb', value: event => JSON.stringify(event.data.cell) },
]);

/** The deployments that tenants were registered in, where those have a profile (promises 5, 14). */
export async function writeCells(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const placed = events
    .filter(event => event.type === 'tenant.registered')
    .filter(({ data }) => data.cell !== undefined);
  if (placed.length === 0) return;
  await db.query(`insert into ${schema}.cells (${cells.names}) ${cells.select}`, cells.values(placed));
}

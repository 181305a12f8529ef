import type { Db, EventNamed, RecordedEvent, View } from '../runner/view.ts';
import { bulkRows } from '../runner/bulk.ts';
import { viewTables } from '../runner/tables.ts';

const tables = (schema: string): string =>
  viewTables(schema, [
    {
      name: 'tenants',
      columns: `
        tenant        uuid not null primary key,
        name          text not null,
        region        text not null,
        registered_at timestamptz(3) not null,
        position      bigint not null`,
    },
    {
      name: 'versions',
      columns: `
        tenant   uuid not null,
        version  integer not null,
        document jsonb not null,
        in_force_from timestamptz(3) not null,
        position bigint not null,
        primary key (tenant, version)`,
    },
  ]);

const tenants = bulkRows<EventNamed<'tenant.registered'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'name', type: 'text', value: event => event.data.name },
  { name: 'region', type: 'text', value: event => event.data.region },
  { name: 'registered_at', type: 'timestamptz', value: event => event.time },
  { name: 'position', type: 'int8', value: event => event.position },
]);

const versions = bulkRows<EventNamed<'policy.adopted'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'version', type: 'int4', value: event => event.data.version },
  { name: 'document', type: 'jsonb', value: event => JSON.stringify(event.data.policy) },
  { name: 'in_force_from', type: 'timestamptz', value: event => event.time },
  { name: 'position', type: 'int8', value: event => event.position },
]);

/** Versions never change: what was recorded first stands (promise 22). */
async function apply(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const registered = events.filter(event => event.type === 'tenant.registered');
  if (registered.length > 0) {
    await db.query(
      `insert into ${schema}.tenants (${tenants.names}) ${tenants.select} on conflict do nothing`,
      tenants.values(registered),
    );
  }
  const adopted = events.filter(event => event.type === 'policy.adopted');
  if (adopted.length > 0) {
    await db.query(
      `insert into ${schema}.versions (${versions.names}) ${versions.select} on conflict do nothing`,
      versions.values(adopted),
    );
  }
}

/** Tenants, and every version of their policies with the time it came into force. */
export const policies: View = { name: 'policies', version: 1, tables, apply };

import { bulkRows } from '../runner/bulk.ts';
import type { Db, EventNamed, RecordedEvent, View } from '../runner/view.ts';
import { abuseSignalsTables } from './table.ts';

const columns = bulkRows<EventNamed<'abuse.signalled'>>([
  { name: 'tenant', type: 'uuid', value: event => event.tenant },
  { name: 'signal', type: 'uuid', value: event => event.data.signal },
  { name: 'position', type: 'int8', value: event => event.position },
  { name: 'subject', type: 'uuid', value: event => event.subject },
  { name: 'rule', type: 'text', value: event => event.data.rule },
  { name: 'version', type: 'int4', value: event => event.data.version },
  { name: 'severity', type: 'text', value: event => event.data.severity },
  { name: 'score', type: 'float8', value: event => event.data.score },
  { name: 'window_from', type: 'timestamptz', value: event => event.data.window.from },
  { name: 'window_to', type: 'timestamptz', value: event => event.data.window.to },
  { name: 'reasons', type: 'jsonb', value: event => JSON.stringify(event.data.reasons) },
  { name: 'assets', type: 'jsonb', value: event => JSON.stringify(event.data.assets) },
]);

interface Evidence {
  readonly tenant: string;
  readonly asset: string;
  readonly signal: string;
}

const evidence = bulkRows<Evidence>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'asset', type: 'text', value: row => row.asset },
  { name: 'signal', type: 'uuid', value: row => row.signal },
]);

async function apply(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  await writeSignals(
    events.filter(event => event.type === 'abuse.signalled'),
    db,
    schema,
  );
  await removeEvidence(events, db, schema);
}

async function writeSignals(
  raised: readonly EventNamed<'abuse.signalled'>[],
  db: Db,
  schema: string,
): Promise<void> {
  if (raised.length === 0) return;
  await db.query(
    `insert into ${schema}.signals (${columns.names}) ${columns.select} on conflict do nothing`,
    columns.values(raised),
  );
  const rows = raised.flatMap(({ tenant, data: { signal, assets } }) =>
    assets.map(asset => ({ tenant, asset, signal })),
  );
  await db.query(
    `insert into ${schema}.evidence (${evidence.names}) ${evidence.select} on conflict do nothing`,
    evidence.values(rows),
  );
}

/** Nothing is left to look at: neither of an asset that is erased, nor of a tenant. */
async function removeEvidence(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  const erased = events.flatMap(({ type, tenant, asset }) =>
    type === 'asset.erased' && asset !== undefined ? [{ tenant, asset }] : [],
  );
  if (erased.length > 0) {
    await db.query(
      `delete from ${schema}.evidence e using unnest($1::uuid[], $2::text[]) as x (tenant, asset)
       where e.tenant = x.tenant and e.asset = x.asset`,
      [erased.map(({ tenant }) => tenant), erased.map(({ asset }) => asset)],
    );
  }
  const ended = events.filter(({ type }) => type === 'tenant.erased').map(({ tenant }) => tenant);
  if (ended.length > 0) {
    await db.query(`delete from ${schema}.evidence where tenant = any($1::uuid[])`, [ended]);
  }
}

/** What the rules have signalled, and which of its assets are still there. */
export const abuseSignals: View = {
  name: 'abuse-signals',
  version: 1,
  tables: abuseSignalsTables,
  apply,
};

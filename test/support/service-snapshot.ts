import pg from 'pg';
import { vi } from 'vitest';
import type { StoredEvent } from '../../src/domain/ports/event-log.ts';
import { storedEvents } from './service-event-log.ts';
import type { TestService } from './service.ts';

/** Every row of every table, by table: two snapshots are equal if nothing changed in between. */
export type Snapshot = Readonly<Record<string, readonly string[]>>;

const PATIENCE = { timeout: 20_000, interval: 20 };

/** Statements that answer with one row a table row, as text. Checkpoints move with every event and are left out. */
const TABLES = `
  select format('%I.%I', schemaname, tablename) as name from pg_tables
  where schemaname = 'keys' or schemaname like 'view\\_%' order by 1`;

/** A refusal is itself put on record (promises 18, 32): that much may change. */
const WITHOUT_DENIALS: Readonly<Record<string, string>> = {
  // A checkpoint of its own, which moves with every event.
  'keys.fence': 'where false',
  'view_audit_trail.entries': `where action not in ('access.denied', 'refusals.counted')`,
  'view_audit_trail.facets': `where action not in ('access.denied', 'refusals.counted')`,
  'view_audit_trail.days': `where facet not in (
    select facet from view_audit_trail.facets where action in ('access.denied', 'refusals.counted'))`,
  'view_usage.days': `where type not in ('access.denied', 'refusals.counted')`,
  'view_evidence.tallies': `where measure not in ('event', 'policy', 'region', 'actor', 'denied', 'refused')`,
};

/** What of a row counts, where it is not all of it. */
const ROW: Readonly<Record<string, string>> = {
  // When a key was last used moves with every request.
  'keys.credentials': `(to_jsonb(t) - 'last_used_at')::text`,
};

/** All that is stored, once the views have caught up with the log. */
export async function snapshot(service: TestService): Promise<Snapshot> {
  const client = new pg.Client({ connectionString: await service.databaseUrl() });
  await client.connect();
  try {
    const events = await settled(client, service);
    const rows: Record<string, string[]> = { log: events.map(event => JSON.stringify(event)) };
    for (const { name } of (await client.query<{ name: string }>(TABLES)).rows) {
      const found = await client.query<{ row: string }>(
        `select ${ROW[name] ?? 't::text'} as row from ${name} t ${WITHOUT_DENIALS[name] ?? ''} order by 1`,
      );
      rows[name] = found.rows.map(({ row }) => row);
    }
    return rows;
  } finally {
    await client.end();
  }
}

const isDenial = ({ type }: StoredEvent): boolean => ['access.denied', 'refusals.counted'].includes(type);

/** The log without refusals, once every view has come to its end. */
async function settled(client: pg.Client, service: TestService): Promise<StoredEvent[]> {
  return vi.waitFor(async () => {
    const events = await storedEvents(service);
    const behind = 'select from views.checkpoints where position < $1';
    const { rows } = await client.query(behind, [events.at(-1)?.position ?? 0]);
    if (rows.length > 0) throw new Error('a view has not caught up');
    return events.filter(event => !isDenial(event));
  }, PATIENCE);
}

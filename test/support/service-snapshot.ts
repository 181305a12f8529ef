import pg from 'pg';
import { vi } from 'vitest';
import type { TestService } from './service.ts';

/** Every row of every table, by table: two snapshots are equal if nothing changed in between. */
export type Snapshot = Readonly<Record<string, readonly string[]>>;

const PATIENCE = { timeout: 20_000, interval: 20 };

/** Statements that answer with one row a table row, as text. Checkpoints move with every event and are left out. */
const TABLES = `
  select format('%I.%I', schemaname, tablename) as name from pg_tables
  where schemaname in ('log', 'keys') or schemaname like 'view\\_%' order by 1`;

/** A refusal is itself put on record (promises 18, 32): that much may change. */
const WITHOUT_DENIALS: Readonly<Record<string, string>> = {
  // A checkpoint of its own, which moves with every event.
  'keys.fence': 'where false',
  'log.events': `where type not in ('access.denied', 'refusals.counted')`,
  'view_audit_trail.entries': `where action not in ('access.denied', 'refusals.counted')`,
  'view_audit_trail.facets': `where action not in ('access.denied', 'refusals.counted')`,
  'view_audit_trail.days': `where facet not in (
    select facet from view_audit_trail.facets where action in ('access.denied', 'refusals.counted'))`,
  'view_usage.days': `where type not in ('access.denied', 'refusals.counted')`,
  'view_evidence.tallies': `where measure not in ('event', 'policy', 'region', 'actor', 'denied', 'refused')`,
};

/** All that is stored, once the views have caught up with the log. */
export async function snapshot(service: TestService): Promise<Snapshot> {
  const client = new pg.Client({ connectionString: await service.databaseUrl() });
  await client.connect();
  try {
    await settled(client);
    const rows: Record<string, string[]> = {};
    for (const { name } of (await client.query<{ name: string }>(TABLES)).rows) {
      const found = await client.query<{ row: string }>(
        `select t::text as row from ${name} t ${WITHOUT_DENIALS[name] ?? ''} order by 1`,
      );
      rows[name] = found.rows.map(({ row }) => row);
    }
    return rows;
  } finally {
    await client.end();
  }
}

async function settled(client: pg.Client): Promise<void> {
  await vi.waitFor(async () => {
    const { rows } = await client.query(
      'select from views.checkpoints where position < (select coalesce(max(position), 0) from log.events)',
    );
    if (rows.length > 0) throw new Error('a view has not caught up');
  }, PATIENCE);
}

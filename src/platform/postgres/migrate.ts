import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { LetheError } from '../../domain/errors.ts';

/** Any fixed number will do: it only has to differ from the log's own lock. */
const MIGRATION_LOCK = 7_070_001;
const MIGRATIONS = fileURLToPath(new URL('../../../infra/postgres/migrations', import.meta.url));
const FILE_NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

const HISTORY = `
  create schema if not exists lethe;
  create table if not exists lethe.migrations (
    number     integer     not null primary key,
    name       text        not null,
    checksum   text        not null,
    applied_at timestamptz not null default clock_timestamp()
  )`;

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

async function readMigrations(directory: string): Promise<Migration[]> {
  const names = (await readdir(directory)).filter(name => FILE_NAME.test(name)).sort();
  return Promise.all(
    names.map(async name => {
      const sql = await readFile(join(directory, name), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      return { number: Number(name.slice(0, 4)), name, sql, checksum };
    }),
  );
}

async function applied(client: pg.Client): Promise<Map<number, string>> {
  const { rows } = await client.query<{ number: number; checksum: string }>(
    'select number, checksum from lethe.migrations',
  );
  return new Map(rows.map(row => [row.number, row.checksum]));
}

async function apply(client: pg.Client, migration: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(migration.sql);
    await client.query('insert into lethe.migrations (number, name, checksum) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

function assertUnchanged(migration: Migration, checksum: string): void {
  if (checksum === migration.checksum) return;
  throw new LetheError(
    'migration-changed',
    `${migration.name} differs from the file that this database was migrated with: add a new migration instead`,
  );
}

async function applyMissing(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  await client.query(HISTORY);
  const checksums = await applied(client);
  const names: string[] = [];
  for (const migration of migrations) {
    const checksum = checksums.get(migration.number);
    if (checksum !== undefined) {
      assertUnchanged(migration, checksum);
      continue;
    }
    await apply(client, migration);
    names.push(migration.name);
  }
  return names;
}

/**
 * Brings a database up to date and answers with the names of the files applied now, in order. Each file commits on its
 * own; processes that start at once take turns. Throws LetheError `migration-changed` if an applied file was edited.
 */
export async function migrate(connectionString: string, directory = MIGRATIONS): Promise<string[]> {
  const migrations = await readMigrations(directory);
  const client = new pg.Client({ connectionString, application_name: 'lethe-migrate' });
  // A lost connection also rejects the query in flight; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return await applyMissing(client, migrations);
  } finally {
    await client.end();
  }
}

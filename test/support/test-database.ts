import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { migrate } from '../../src/platform/postgres/migrate.ts';

const TEMPLATE = 'lethe_template';

export interface TestDatabase {
  /** Of the superuser: pools take on `lethe_writer` or `lethe_reader` by themselves. */
  readonly connectionString: string;
  drop(): Promise<void>;
}

function withDatabase(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function run(server: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: withDatabase(server, 'postgres') });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Migrates the database that each test's own is a copy of. */
export async function createTemplate(server: string): Promise<void> {
  await run(server, `drop database if exists ${TEMPLATE}`, `create database ${TEMPLATE}`);
  await migrate(withDatabase(server, TEMPLATE));
}

async function create(template: string): Promise<TestDatabase> {
  const server = inject('testServer');
  const name = `lethe_test_${randomUUID().replaceAll('-', '')}`;
  await run(server, `create database ${name} template ${template}`);
  return {
    connectionString: withDatabase(server, name),
    drop: () => run(server, `drop database if exists ${name} with (force)`),
  };
}

/** A migrated database of its own: a copy of the template, made in some 50 ms. */
export const createTestDatabase = (): Promise<TestDatabase> => create(TEMPLATE);

/** A database without any migration. */
export const createEmptyDatabase = (): Promise<TestDatabase> => create('template0');

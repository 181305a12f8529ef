import pg from 'pg';
import type { TestService } from './service.ts';

/** Runs something while a service on a shared server has no database: its sessions are cut, and nobody gets in. */
export async function withoutDatabase(service: TestService, run: () => Promise<void>): Promise<void> {
  const url = new URL(await service.databaseUrl());
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  const allow = (isAllowed: boolean) =>
    client.query(`alter database ${client.escapeIdentifier(name)} allow_connections ${String(isAllowed)}`);
  try {
    await allow(false);
    const cut = 'select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1';
    await client.query(cut, [name]);
    await run();
  } finally {
    await allow(true);
    await client.end();
  }
}

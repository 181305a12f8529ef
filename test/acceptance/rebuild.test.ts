import { join } from 'node:path';
import pg from 'pg';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { storedEvents } from '../support/service-event-log.ts';
import { snapshot, type Snapshot } from '../support/service-snapshot.ts';
import { registerTenant, type TestTenant } from '../support/service-tenant.ts';
import { useService } from '../support/service.ts';

const service = useService({ database: 'shared' });
const PATIENCE = { timeout: 60_000, interval: 100 };

let registered: TestTenant | undefined;
const tenant = (): TestTenant => registered ?? expect.fail('no tenant was registered');

/** Traffic with deletions and bursts of them, as CloudEvents in a file. */
async function simulate(seed: number): Promise<string> {
  const out = join(service().dataDir, `traffic-${seed}.ndjson`);
  const options = ['--days', '3', '--users', '60', '--rate', '8', '--until', new Date().toISOString()];
  const { code, output } = await service().command('simulate', ...options, '--seed', `${seed}`, '--out', out);
  expect(code, output).toBe(0);
  return out;
}

async function importFile(file: string, key: string): Promise<void> {
  const to = ['--url', service().address, '--tenant', tenant().id, '--key', key];
  const { code, output } = await service().command('import', file, ...to);
  expect(code, output).toBe(0);
}

async function rebuild(...views: readonly string[]): Promise<void> {
  const { code, output } = await service().command('rebuild', ...views);
  expect(code, output).toBe(0);
}

async function count(sql: string): Promise<number> {
  const client = new pg.Client({ connectionString: await service().databaseUrl() });
  await client.connect();
  try {
    return Number((await client.query<{ count: string }>(sql)).rows[0]?.count);
  } finally {
    await client.end();
  }
}

/** Nothing is left to erase or to certify, so that a service that stops leaves a view behind nothing. */
const settled = (): Promise<void> =>
  vi.waitFor(async () => {
    expect(await count(`select count(*) from view_user_assets.assets where status = 'hidden'`)).toBe(0);
    const types = (await storedEvents(service())).map(({ type }) => type);
    const countOf = (wanted: string): number => types.filter(type => type === wanted).length;
    expect(countOf('erasure.started')).toBe(countOf('erasure.completed'));
  }, PATIENCE);

/** The rows of the views alone: the log and the keys are no view. */
async function views(): Promise<Snapshot> {
  const all = await snapshot(service());
  return Object.fromEntries(Object.entries(all).filter(([table]) => table.startsWith('view_')));
}

async function stopSettled(): Promise<Snapshot> {
  await settled();
  await snapshot(service());
  expect(await service().stop()).toBe(0);
  return views();
}

beforeAll(async () => {
  registered = await registerTenant(service(), {
    minRetention: 'PT0S',
    lineage: 'cascade',
    piiAction: 'mask',
  });
});

describe('views that are rebuilt after erasures', () => {
  it('are the live ones in every row, when the service is stopped', async () => {
    await importFile(await simulate(1), await tenant().key('ingest'));
    const live = await stopSettled();
    const erased = `select count(*) from view_user_assets.assets where status = 'erased'`;
    expect(await count(erased)).toBeGreaterThan(10);
    expect(live['view_audit_trail.entries']?.length).toBeGreaterThan(1_000);
    await rebuild();
    expect(await views()).toEqual(live);
    await rebuild('user-assets');
    expect(await views()).toEqual(live);
  }, 120_000);

  it('are the live ones in every row, when the service runs and is written to', async () => {
    await service().start();
    const file = await simulate(2);
    const key = await tenant().key('ingest');
    await Promise.all([importFile(file, key), rebuild().then(() => rebuild())]);
    const live = await stopSettled();
    await rebuild();
    expect(await views()).toEqual(live);
  }, 120_000);

  it('are refused under a name that none has', async () => {
    const { code, output } = await service().command('rebuild', 'nothing');
    expect(code).toBe(1);
    expect(output).toContain('view-unknown');
  });
});

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Scope } from '../../../src/domain/ports/key-store.ts';
import type { Evictions } from '../../../src/domain/ports/evictions.ts';
import { createPostgresBulletin, type Bulletin } from '../../../src/platform/postgres/bulletin.ts';
import { createPostgresEvictions } from '../../../src/platform/postgres/evictions.ts';
import { openKeyDatabase, type KeyDatabase } from '../../support/key-database.ts';

let database: KeyDatabase;
beforeAll(async () => {
  database = await openKeyDatabase();
});
afterAll(() => database.close());

const PATIENCE = { timeout: 20_000, interval: 10 };

interface Process {
  readonly bulletin: Bulletin;
  readonly evictions: Evictions;
  /** By tenant. */
  readonly forgotten: Map<string, Set<Scope>>;
}
let processes: readonly [Process, Process];
let errors: unknown[];

const open = (): Process => {
  const forgotten: Process['forgotten'] = new Map();
  const bulletin = createPostgresBulletin({ ...database, onError: error => errors.push(error) });
  const evictions = createPostgresEvictions(bulletin, (tenant, scopes) => {
    forgotten.set(tenant, new Set([...(forgotten.get(tenant) ?? []), ...scopes]));
  });
  return { bulletin, evictions, forgotten };
};

/** Told again until it is heard: whoever does not listen yet misses what is said. */
async function heardByAll(teller: Process, scopes: readonly Scope[]): Promise<string> {
  const tenant = randomUUID();
  await vi.waitFor(() => {
    teller.evictions.tell(tenant, scopes);
    for (const { forgotten } of processes) expect(forgotten.get(tenant)).toEqual(new Set(scopes));
  }, PATIENCE);
  return tenant;
}

beforeEach(async () => {
  errors = [];
  processes = [open(), open()];
  await heardByAll(processes[0], ['asset/first']);
});
afterEach(async () => {
  for (const { bulletin } of processes) await bulletin.close();
});

describe('an eviction', () => {
  test('reaches every process, whoever tells it', async () => {
    for (const one of processes) await heardByAll(one, ['asset/a', 'subject/b']);
    expect(errors).toEqual([]);
  });

  test('names any number of scopes, of any length', async () => {
    const scopes = Array.from({ length: 1_000 }, (_, index) => `asset/${String(index).padEnd(200, 'ü')}`);
    await heardByAll(processes[0], scopes);
    expect(errors).toEqual([]);
  });

  test('is heard again after the connection was lost', async () => {
    const cut = `select pg_terminate_backend(pid, 5000) from pg_stat_activity
      where application_name = 'lethe-bulletin' and datname = current_database()`;
    const owner = new pg.Client({ connectionString: database.connectionString });
    await owner.connect();
    expect((await owner.query(cut)).rowCount).toBe(2);
    await owner.end();
    await heardByAll(processes[1], ['asset/later']);
    expect(errors.length).toBeGreaterThanOrEqual(2);
  });
});

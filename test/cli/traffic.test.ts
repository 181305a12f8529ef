import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { shareTraffic, type Traffic } from '../../src/cli/traffic.ts';
import { createPostgresBulletin, type Bulletin } from '../../src/platform/postgres/bulletin.ts';
import { openKeyDatabase, type KeyDatabase } from '../support/key-database.ts';

const PATIENCE = { timeout: 20_000, interval: 10 };

let database: KeyDatabase;
let bulletins: Bulletin[];
let here: Traffic;
let there: Traffic;
beforeAll(async () => {
  database = await openKeyDatabase();
  const open = (): Bulletin => createPostgresBulletin({ ...database, onError: () => undefined });
  bulletins = [open(), open()];
  [here, there] = bulletins.map(bulletin => shareTraffic(bulletin)) as [Traffic, Traffic];
});
afterAll(async () => {
  await Promise.all(bulletins.map(bulletin => bulletin.close()));
  await database.close();
});

test('a process is busy while it takes events in, and others know, until it has rested for a moment', async () => {
  expect([here.isBusy(), there.isBusy()]).toEqual([false, false]);
  await vi.waitFor(() => {
    here.begin();
    here.end();
    expect(there.isBusy()).toBe(true);
  }, PATIENCE);
  // What it says of itself it does not take for another's.
  expect(here.isBusy()).toBe(false);
  here.begin();
  expect(here.isBusy()).toBe(true);
  here.end();
  await vi.waitFor(() => expect(there.isBusy()).toBe(false), PATIENCE);
});

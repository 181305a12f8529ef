import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createPostgresBulletin, type Bulletin } from '../../../src/platform/postgres/bulletin.ts';
import { createSharedProgress } from '../../../src/platform/postgres/report-progress.ts';
import { openKeyDatabase, type KeyDatabase } from '../../support/key-database.ts';

let database: KeyDatabase;
beforeAll(async () => {
  database = await openKeyDatabase();
});
afterAll(() => database.close());

const errors: unknown[] = [];
let builder: Bulletin;
let reader: Bulletin;
beforeEach(() => {
  const open = (): Bulletin => createPostgresBulletin({ ...database, onError: error => errors.push(error) });
  [builder, reader] = [open(), open()];
});
afterEach(async () => {
  await Promise.all([builder.close(), reader.close()]);
  expect(errors).toEqual([]);
});

test('how far a report has come is known where it is not built, its end always', async () => {
  const building = createSharedProgress(builder);
  const reading = createSharedProgress(reader);
  expect(reading.of('report-1')).toBeUndefined();
  await vi.waitFor(
    () => {
      for (const done of [1, 2, 3]) building.set('report-1', { done, total: 900 });
      expect(reading.of('report-1')?.total).toBe(900);
    },
    { timeout: 20_000, interval: 20 },
  );
  building.set('report-1', { done: 900, total: 900 });
  await vi.waitFor(() => expect(reading.of('report-1')).toEqual({ done: 900, total: 900 }), 5_000);
  expect(reading.of('report-2')).toBeUndefined();
});

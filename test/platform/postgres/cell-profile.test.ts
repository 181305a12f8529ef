import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CellProfile } from '../../../src/domain/cell/profile.ts';
import { holdToProfile } from '../../../src/platform/postgres/cell-profile.ts';
import { createPool } from '../../../src/platform/postgres/pool.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';

const profileOf = (tenancy: CellProfile['tenancy']): CellProfile => {
  const place = { region: 'eu-central', location: 'Frankfurt 1' };
  return { region: 'eu-central', tenancy, stores: { log: place, keys: place, exports: place } };
};

let database: TestDatabase;
let writer: Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  writer = createPool({
    ...{ connectionString: database.connectionString, role: 'lethe_writer', max: 4 },
    ...{ applicationName: 'test', onError: () => undefined },
  });
});
afterAll(async () => {
  await writer.end();
  await database.drop();
});

const recorded = async (): Promise<unknown[]> =>
  (await writer.query<{ profile: unknown }>('select profile from cell.profiles order by number')).rows.map(
    ({ profile }) => profile,
  );

test('a cell without a profile starts, and nothing is recorded', async () => {
  await holdToProfile(writer, undefined);
  expect(await recorded()).toEqual([]);
});

test('of processes that start at once one records the profile, and all may start', async () => {
  await Promise.all(Array.from({ length: 4 }, () => holdToProfile(writer, profileOf('shared'))));
  expect(await recorded()).toEqual([profileOf('shared')]);
});

test('another profile, or none, does not start, and changes nothing', async () => {
  for (const profile of [profileOf('dedicated'), undefined]) {
    expect(await rejectionCode(holdToProfile(writer, profile))).toBe('profile-drift');
  }
  expect(await recorded()).toEqual([profileOf('shared')]);
});

test('a row that the database owner adds is in force from then on', async () => {
  const change = 'insert into cell.profiles (profile) values ($1)';
  await writer.query(change, [JSON.stringify(profileOf('dedicated'))]);
  expect(await rejectionCode(holdToProfile(writer, profileOf('shared')))).toBe('profile-drift');
  await holdToProfile(writer, profileOf('dedicated'));
});

test('the service can neither change nor remove what is recorded', async () => {
  await expect(writer.query('delete from cell.profiles')).rejects.toMatchObject({ code: '42501' });
  await expect(writer.query(`update cell.profiles set profile = '{}'`)).rejects.toMatchObject({
    code: '42501',
  });
});

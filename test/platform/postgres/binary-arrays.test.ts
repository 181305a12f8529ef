import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { byteaArray, int4Array, textArray, uuidArray } from '../../../src/platform/postgres/binary-arrays.ts';
import { createEmptyDatabase, type TestDatabase } from '../../support/test-database.ts';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createEmptyDatabase();
  client = new pg.Client({ connectionString: database.connectionString });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** What PostgreSQL reads out of the encoded array, element by element. */
async function readBack(type: string, array: Buffer): Promise<unknown[]> {
  const text = `select value from unnest($1::${type}[]) with ordinality t(value, item) order by item`;
  const { rows } = await client.query<[unknown]>({ text, values: [array], rowMode: 'array' });
  return rows.map(row => row[0]);
}

test('PostgreSQL reads back every text, quotes, braces, NULL and emoji included', async () => {
  const special = ['', 'NULL', '{a,b}', '"\\', 'ü€😀', ' \n\t'];
  expect(await readBack('text', textArray(special))).toEqual(special);
  const texts = fc.array(fc.string({ unit: 'binary' }).map(text => text.replaceAll('\0', '').toWellFormed()));
  await fc.assert(
    fc.asyncProperty(texts, async values => {
      expect(await readBack('text', textArray(values))).toEqual(values);
    }),
  );
});

test('PostgreSQL reads back every run of bytes and NULL', async () => {
  const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map(array => Buffer.from(array)));
  await fc.assert(
    fc.asyncProperty(fc.array(bytes), async values => {
      expect(await readBack('bytea', byteaArray(values))).toEqual(values);
    }),
  );
});

test('PostgreSQL reads back every 32-bit integer', async () => {
  const edges = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)];
  expect(await readBack('int4', int4Array(edges))).toEqual(edges);
});

test('PostgreSQL reads back UUIDs, in lower case whatever they came in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uuid()), async values => {
      expect(await readBack('uuid', uuidArray(values.map(value => value.toUpperCase())))).toEqual(values);
    }),
  );
});

test('an empty array of each type is an array without elements', async () => {
  expect(await readBack('text', textArray([]))).toEqual([]);
  expect(await readBack('bytea', byteaArray([]))).toEqual([]);
  expect(await readBack('int4', int4Array([]))).toEqual([]);
  expect(await readBack('uuid', uuidArray([]))).toEqual([]);
});

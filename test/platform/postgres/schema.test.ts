import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../support/test-database.ts';
import { dumpSchema, SCHEMA_FILE } from '../../support/dump-schema.ts';

test('the committed schema is what the migrations make: if not, run `npm run schema:dump`', async () => {
  const database = await createTestDatabase();
  try {
    expect(await dumpSchema(database.connectionString)).toBe(await readFile(SCHEMA_FILE, 'utf8'));
  } finally {
    await database.drop();
  }
});

import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { PUBLISHED_SCHEMAS, schemaFile } from '../../../src/domain/certificate/schemas.ts';

describe('the published schemas of receipt and certificate', () => {
  it.each(Object.entries(PUBLISHED_SCHEMAS))('docs/schemas/%s is what is enforced', async (file, schema) => {
    expect(await readFile(`docs/schemas/${file}`, 'utf8')).toBe(schemaFile(schema));
  });
});

import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/embedded-postgres/server.ts';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { SCHEMA_QUERIES } from './schema-queries.ts';

export const SCHEMA_FILE = fileURLToPath(new URL('../../infra/postgres/schema.sql', import.meta.url));

const HEADING =
  '-- Written by `npm run schema:dump` from a migrated database, for people to read: change the migrations.';

/** The schema as text that only changes when the schema does: the embedded server brings no pg_dump. */
export async function dumpSchema(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const sections = [HEADING];
    for (const [title, text] of Object.entries(SCHEMA_QUERIES)) {
      const { rows } = await client.query<[string]>({ text, rowMode: 'array' });
      if (rows.length > 0) sections.push(`-- ${title}`, rows.map(row => row[0]).join('\n'));
    }
    return `${sections.join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

async function writeDump(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'lethe-schema-'));
  await chmod(dataDir, 0o711);
  const server = await startEmbeddedPostgres({ dataDir, log: () => undefined });
  try {
    await migrate(server.connectionString);
    await writeFile(SCHEMA_FILE, await dumpSchema(server.connectionString));
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeDump();

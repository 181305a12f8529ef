import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { plant, walkWith } from '../support/planted-walk.ts';
import { useService } from '../support/service.ts';

const service = useService({ database: 'shared' });

/** Every table of the migrations’, their own list aside, with what the next version may add under the rule: all that a migration may do. */
async function expansion(): Promise<string> {
  const schema = await readFile('infra/postgres/schema.sql', 'utf8');
  const tables = [...schema.matchAll(/^create table (?!lethe\.)(?<name>\S+) \(/gim)];
  expect(tables.length).toBeGreaterThan(10);
  const columns = 'add column next_note text, add column next_count integer not null default 0';
  return tables.map(({ groups }) => `alter table ${groups?.['name'] ?? ''} ${columns};`).join('\n');
}

it('a version goes on, and starts again, on the schema of the version after it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lethe-migrations-'));
  try {
    await writeFile(
      join(folder, '9999-next.sql'),
      `set role lethe_owner;\n${await expansion()}\nreset role;`,
    );
    expect(await migrate(await service().databaseUrl(), folder)).toEqual(['9999-next.sql']);
    await walkWith(plant(), service());
    expect(await service().stop()).toBe(0);
    await service().start();
    await walkWith(plant(), service());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

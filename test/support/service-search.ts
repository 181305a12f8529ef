import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { storedEvents } from './service-event-log.ts';
import type { TestService } from './service.ts';

/** One way in which a phrase could lie on a disk. */
export interface Needle {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Where a needle was found. */
export interface Find {
  readonly place: string;
  readonly needle: string;
}

/** A phrase as UTF-8, UTF-16, hex, and Base64 and Base64url at each of the three alignments. */
export function needlesOf(phrase: string): Needle[] {
  const utf8 = Buffer.from(phrase, 'utf8');
  const utf16 = Buffer.from(phrase, 'utf16le');
  const hex = utf8.toString('hex');
  const forms: [string, Buffer | string][] = [
    ['utf-8', utf8],
    ['utf-16 little-endian', utf16],
    ['utf-16 big-endian', Buffer.from(utf16).swap16()],
    ['hex', hex],
    ['upper-case hex', hex.toUpperCase()],
    ...[0, 1, 2].flatMap((offset): [string, string][] => [
      [`base64 at ${offset}`, base64Within(utf8, offset, 'base64')],
      [`base64url at ${offset}`, base64Within(utf8, offset, 'base64url')],
    ]),
  ];
  return forms.map(([form, bytes]) => ({ name: `${phrase} as ${form}`, bytes: Buffer.from(bytes) }));
}

/** The characters of a longer text's Base64 that only this part of it decides, when it stands at that offset modulo 3. */
function base64Within(part: Buffer, offset: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(offset), part])
    .toString(encoding)
    .replaceAll('=', '');
  const first = Math.ceil((offset * 8) / 6);
  const last = Math.floor(((offset + part.length) * 8) / 6);
  return text.slice(first, last);
}

function findIn(place: string, bytes: Buffer, needles: readonly Needle[]): Find[] {
  return needles.filter(needle => bytes.includes(needle.bytes)).map(({ name }) => ({ place, needle: name }));
}

/** The log through its port: it may be where no file or table of the service is. */
export async function searchLog(service: TestService, needles: readonly Needle[]): Promise<Find[]> {
  return (await storedEvents(service)).flatMap(({ envelope, sealed, ...facts }) =>
    findIn(
      `event ${facts.position}`,
      Buffer.concat([Buffer.from(JSON.stringify(facts)), envelope, sealed ?? Buffer.alloc(0)]),
      needles,
    ),
  );
}

/** Everything that the service keeps or says: its files, its tables, and what it tells to anybody who asks. */
export async function searchEverywhere(service: TestService, needles: readonly Needle[]): Promise<Find[]> {
  return [
    ...(await searchTables(await service.databaseUrl(), needles)),
    ...(await searchLog(service, needles)),
    ...(await searchFiles(service.dataDir, needles)),
    ...(await searchFiles(service.keystoreDir, needles)),
    ...(await searchOpenPages(service, needles)),
  ];
}

/** Every file below a directory, whatever it is. What disappears meanwhile was no longer there. */
export async function searchFiles(directory: string, needles: readonly Needle[]): Promise<Find[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const finds: Find[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    finds.push(...findIn(`file ${file.slice(directory.length)}`, bytes, needles));
  }
  return finds;
}

const TABLES = `
  select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`;

/** Every column of every row of every table, as text, and where it is binary as its bytes. */
export async function searchTables(connectionString: string, needles: readonly Needle[]): Promise<Find[]> {
  const client = new pg.Client({ connectionString, types: { getTypeParser: () => asBytes } });
  await client.connect();
  try {
    // What is in the buffers only is written to the files, so that they hold what the tables do.
    await client.query('checkpoint');
    const tables = await client.query<{ name: Buffer }>(TABLES);
    const finds: Find[] = [];
    for (const { name: bytes } of tables.rows) {
      const name = bytes.toString('utf8');
      const { rows } = await client.query<(Buffer | null)[]>({
        text: `select * from ${name}`,
        rowMode: 'array',
      });
      const values = rows.flat().filter(value => value !== null);
      finds.push(...values.flatMap(value => findIn(`table ${name}`, value, needles)));
    }
    return finds;
  } finally {
    await client.end();
  }
}

const asBytes = (text: string): Buffer =>
  text.startsWith(String.raw`\x`) ? Buffer.from(text.slice(2), 'hex') : Buffer.from(text, 'utf8');

const OPEN_PAGES = ['/metrics', '/openapi.json', '/health/ready', '/problems'];

async function searchOpenPages(service: TestService, needles: readonly Needle[]): Promise<Find[]> {
  const anybody = service.callerWith(undefined);
  const pages = await Promise.all(OPEN_PAGES.map(async path => [path, await anybody.get(path)] as const));
  return pages.flatMap(([path, { text }]) => findIn(`page ${path}`, Buffer.from(text), needles));
}

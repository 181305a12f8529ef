import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/server.ts';

const RUN_SERVER = fileURLToPath(new URL('run-server.ts', import.meta.url));

let dataDir: string;
let children: ChildProcess[];

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lethe-server-'));
  await chmod(dataDir, 0o711);
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  // Takes over what a killed child left running, so that it can be stopped.
  await (await startEmbeddedPostgres({ dataDir, log: () => undefined })).stop();
  await rm(dataDir, { recursive: true });
});

const start = () => startEmbeddedPostgres({ dataDir, log: () => undefined });

async function query(connectionString: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** The server of another process: resolves with that process when it runs. */
async function startInChild(ending?: 'exit'): Promise<{ child: ChildProcess; connectionString: string }> {
  const child = spawn(process.execPath, [RUN_SERVER, dataDir, ...(ending === undefined ? [] : [ending])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  for await (const line of createInterface(child.stdout)) return { child, connectionString: line };
  throw new Error('the child ended before its server ran');
}

async function isReachable(connectionString: string): Promise<boolean> {
  return query(connectionString, 'select 1').then(
    () => true,
    () => false,
  );
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise(setImmediate);
}

test('data and password outlive a stop, and the password is for the owner alone', async () => {
  const first = await start();
  await query(first.connectionString, 'create table kept as select 42 as answer');
  await first.stop();
  expect(await isReachable(first.connectionString)).toBe(false);
  const second = await start();
  expect(await query(second.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await second.stop();
  expect((await stat(join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
});

test('a commit is durable and values never reach the log of the server', async () => {
  const lines: string[] = [];
  const server = await startEmbeddedPostgres({ dataDir, log: line => lines.push(line) });
  const settings = `select name, setting from pg_settings where name in
    ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses') order by name`;
  expect(await query(server.connectionString, settings)).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'synchronous_commit', setting: 'on' },
  ]);
  await query(server.connectionString, 'create table once (id text primary key)');
  const twice = query(server.connectionString, `insert into once values ('planted'), ('planted')`);
  await expect(twice).rejects.toMatchObject({ code: '23505' });
  await server.stop();
  expect(lines.join('\n')).toContain('duplicate key');
  expect(lines.join('\n')).not.toContain('planted');
});

test('after kill -9 the next start takes over: the orphan is ended and what was committed is there', async () => {
  const { child, connectionString } = await startInChild();
  await query(connectionString, 'create table kept as select 42 as answer');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await isReachable(connectionString)).toBe(true);
  const server = await start();
  expect(await isReachable(connectionString)).toBe(false);
  expect(await query(server.connectionString, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await server.stop();
});

test('a process that exits takes its server along and keeps its exit code', async () => {
  const { child, connectionString } = await startInChild('exit');
  const [code] = (child.exitCode === null ? await once(child, 'exit') : [child.exitCode]) as [number];
  expect(code).toBe(3);
  await until(async () => !(await isReachable(connectionString)));
});

test('a directory in use is refused with its server left alone, whoever uses it', async () => {
  const { child, connectionString } = await startInChild();
  await expect(start()).rejects.toMatchObject({ code: 'data-dir-in-use' });
  expect(await isReachable(connectionString)).toBe(true);
  child.kill('SIGTERM');
  await once(child, 'exit');
  const server = await start();
  await expect(start()).rejects.toMatchObject({ code: 'data-dir-in-use' });
  expect(await isReachable(server.connectionString)).toBe(true);
  await server.stop();
});

test('a lock file that names some other process does not keep the server from starting', async () => {
  await (await start()).stop();
  const lockFile = join(dataDir, 'cluster', 'postmaster.pid');
  await writeFile(lockFile, `${process.pid}\n${join(dataDir, 'cluster')}\n`);
  const server = await start();
  expect(await readFile(lockFile, 'utf8')).not.toMatch(new RegExp(`^${process.pid}\n`));
  await server.stop();
});

test('an initialisation that was cut short is begun anew', async () => {
  await mkdir(join(dataDir, 'cluster.new'));
  await writeFile(join(dataDir, 'cluster.new', 'PG_VERSION'), '18');
  const server = await start();
  expect(await isReachable(server.connectionString)).toBe(true);
  await server.stop();
});

test.runIf(process.getuid?.() === 0)(
  'as root, a directory that the server may not enter is named',
  async () => {
    await chmod(dataDir, 0o700);
    const inside = startEmbeddedPostgres({ dataDir: join(dataDir, 'inside'), log: () => undefined });
    await expect(inside).rejects.toMatchObject({
      code: 'postgres-user-locked-out',
      details: { directory: dataDir },
    });
    await chmod(dataDir, 0o711);
  },
);

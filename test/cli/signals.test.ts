import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const MAIN = resolve('src/cli/main.ts');
const START = { timeout: 60_000 };

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'lethe-signals-'));
  await chmod(home, 0o755);
});
afterEach(async () => rm(home, { recursive: true, force: true }));

/** A process of its own; `said` waits for its output, `ended` for its exit code. */
function run(args: readonly string[]) {
  const env = { PATH: process.env['PATH'], TMPDIR: home, LETHE_DATA_DIR: join(home, 'data') };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const ended = new Promise<number | null>(done => child.once('exit', done));
  const said = (text: string) => vi.waitFor(() => expect(out).toContain(text), START);
  return { signal: (how: NodeJS.Signals) => child.kill(how), said, ended };
}

async function serverOf(dataDir: string): Promise<number> {
  const lock = await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8');
  return Number.parseInt(lock, 10);
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a demo that Ctrl-C ends leaves neither a database server nor its data behind', async () => {
  const demo = run([MAIN, 'demo']);
  await demo.said('listening on');
  const [dir = ''] = (await readdir(home)).filter(name => name.startsWith('lethe-demo-'));
  const server = await serverOf(join(home, dir, 'data'));

  demo.signal('SIGINT');

  expect(await demo.ended).toBe(130);
  expect(isRunning(server)).toBe(false);
  expect(await readdir(home)).toEqual([]);
}, 120_000);

test('a command that a signal breaks off takes the embedded server with it', async () => {
  const endless = `
    import { exitOnSignals } from ${JSON.stringify(resolve('src/cli/signals.ts'))};
    import { withStores } from ${JSON.stringify(resolve('src/cli/with-stores.ts'))};
    exitOnSignals();
    await withStores(() => { console.log('open'); return new Promise(() => setInterval(() => {}, 1e6)); });`;
  const command = run(['--input-type=module', '--eval', endless]);
  await command.said('open');
  const server = await serverOf(join(home, 'data'));

  command.signal('SIGTERM');

  expect(await command.ended).toBe(143);
  await vi.waitFor(() => expect(isRunning(server)).toBe(false), START);
}, 120_000);

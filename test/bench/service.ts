import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../infra/free-port.ts';

export interface RunningService {
  readonly url: string;
  readonly operatorKey: string;
  /** From the start of the process to the first 200 of /health/ready, milliseconds. */
  readonly readyMs: number;
  /** Resident set of the service's own process, MB; PostgreSQL not included. */
  rssMb(): Promise<number>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const POLL_MS = 5;

/** Where a service that was started in `dir` has its data; its keystore lies beside. */
export const dataDirIn = (dir: string): string => join(dir, 'data');

/** The service as users start it: a process of its own, ready when it says so. */
export async function startService(
  dir: string,
  env: Readonly<Record<string, string>> = {},
  command: 'start' | 'api' | 'worker' = 'start',
): Promise<RunningService> {
  const port = await freePort();
  const started = performance.now();
  const child = spawn(process.execPath, await startArguments(command), {
    // Standard output shows the operator key on the first start: not ours to pass on.
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      LETHE_DATA_DIR: dataDirIn(dir),
      LETHE_PORT: String(port),
      LETHE_WORKER_PORT: String(port),
      LETHE_LOG_LEVEL: 'warn',
      LETHE_RATE_LIMIT: '0',
      ...env,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilReady(child, url, started + READY_WITHIN_MS);
  return {
    url,
    // A process with workers alone makes none.
    operatorKey: (await readFile(join(dataDirIn(dir), 'operator.key'), 'utf8').catch(() => '')).trim(),
    readyMs: performance.now() - started,
    rssMb: () => rssOf(child),
    stop: () => stop(child),
  };
}

/** What `npm start` gives to Node, flags included, with another command where it is not to be the whole service. */
async function startArguments(command: string): Promise<string[]> {
  const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: { start: string } };
  return [...scripts.start.split(' ').slice(1, -1), command];
}

async function untilReady(child: ChildProcess, url: string, deadline: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the service ended with exit code ${child.exitCode}`);
    const response = await fetch(`${url}/health/ready`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return;
    if (performance.now() > deadline) {
      await stop(child);
      throw new Error('the service did not become ready');
    }
    await delay(POLL_MS);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Linux keeps it in pages under /proc; elsewhere the row stays unmeasured. */
async function rssOf(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid ?? 0}/status`, 'utf8');
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kilobytes === undefined) throw new Error('no resident set size on this platform');
  return Number(kilobytes) / 1_024;
}

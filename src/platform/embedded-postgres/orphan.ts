import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LetheError } from '../../domain/errors.ts';
import { commandLine, isRunning, startTime, waitUntilGone, waitUntilReaped } from './processes.ts';

/** A fast shutdown writes a checkpoint first; after this long it counts as hung. */
const FAST_SHUTDOWN_MS = 15_000;
const IMMEDIATE_SHUTDOWN_MS = 5_000;
const REAPED_WITHIN_MS = 10_000;

const lockFile = (clusterDir: string): string => join(clusterDir, 'postmaster.pid');

interface Owner {
  readonly pid: number;
  readonly started: string;
}

async function readOwner(file: string): Promise<Owner | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const [pid, started] = text.trim().split('\n');
  return pid === undefined || started === undefined ? undefined : { pid: Number(pid), started };
}

const isStill = async (owner: Owner): Promise<boolean> =>
  (await isRunning(owner.pid)) && (await startTime(owner.pid)) === owner.started;

const inUse = (pid: number | undefined): LetheError =>
  new LetheError(
    'data-dir-in-use',
    `process ${pid ?? 'unknown'} already runs on this data directory, whose database serves one process at a time: stop it first`,
  );

/**
 * Notes this process as the directory's owner. Throws LetheError `data-dir-in-use` while the process that noted itself
 * before is alive: without this, a second start would take the first one's server for an orphan.
 */
export async function claim(file: string): Promise<void> {
  const owner = await readOwner(file);
  if (owner !== undefined && (await isStill(owner))) throw inUse(owner.pid);
  await rm(file, { force: true });
  const note = `${process.pid}\n${(await startTime(process.pid)) ?? ''}\n`;
  await writeFile(file, note, { mode: 0o600, flag: 'wx' }).catch(async () => {
    throw inUse((await readOwner(file))?.pid);
  });
}

export const release = (file: string): Promise<void> => rm(file, { force: true });

async function lockedBy(clusterDir: string): Promise<number | undefined> {
  const text = await readFile(lockFile(clusterDir), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** Fast shutdown first; an immediate one, which the write-ahead log makes safe, if that hangs. */
export async function shutDown(pid: number): Promise<void> {
  process.kill(pid, 'SIGINT');
  if (await waitUntilGone(pid, FAST_SHUTDOWN_MS)) return;
  process.kill(pid, 'SIGQUIT');
  if (await waitUntilGone(pid, IMMEDIATE_SHUTDOWN_MS)) return;
  throw new LetheError('postgres-hung', `PostgreSQL process ${pid} does not end`);
}

/**
 * Ends the server that a killed run left behind. A lock file that names some other process, which the system has since
 * given the number to, is removed; one that names no process stays, since the server itself checks it further.
 */
export async function shutDownOrphan(clusterDir: string, log: (line: string) => void): Promise<void> {
  const pid = await lockedBy(clusterDir);
  if (pid === undefined) return;
  // A server that was killed leaves its number taken until it is reaped, and a new one would take that for its life.
  if (!(await isRunning(pid))) {
    await waitUntilReaped(pid, REAPED_WITHIN_MS);
    return;
  }
  if ((await commandLine(pid))?.includes(clusterDir) === true) {
    log(`shutting down the PostgreSQL (process ${pid}) that the last run left behind`);
    await shutDown(pid);
  } else {
    await rm(lockFile(clusterDir), { force: true });
  }
}

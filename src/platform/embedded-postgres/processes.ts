import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const POLL_MS = 20;

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function ps(pid: number, column: string): Promise<string | undefined> {
  try {
    const { stdout } = await run('ps', ['-o', `${column}=`, '-p', String(pid)]);
    return stdout.trim();
  } catch {
    return undefined;
  }
}

/** The command line of a process, undefined if it is gone. Slim images lack `ps`, so Linux is asked through /proc. */
export async function commandLine(pid: number): Promise<string | undefined> {
  if (platform() !== 'linux') return ps(pid, 'command');
  const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  return text?.replaceAll('\0', ' ').trim();
}

/** True while a process of this id runs, whoever owns it. A dead one that nobody has reaped has no command line left. */
export async function isRunning(pid: number): Promise<boolean> {
  return exists(pid) && Boolean(await commandLine(pid));
}

/** A text that tells a process from a later one of the same id, undefined if it is gone. */
export async function startTime(pid: number): Promise<string | undefined> {
  if (platform() !== 'linux') return ps(pid, 'lstart');
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // Field 22; the second field is a name in parentheses that may itself hold spaces.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}

/** Waits until the process is gone, at most `timeoutMs`; says whether it is. */
export const waitUntilGone = (pid: number, timeoutMs: number): Promise<boolean> =>
  waitWhile(() => isRunning(pid), timeoutMs);

/** As `waitUntilGone`, and until its parent has reaped it: up to then the system still answers for its number. */
export const waitUntilReaped = (pid: number, timeoutMs: number): Promise<boolean> =>
  waitWhile(() => exists(pid), timeoutMs);

async function waitWhile(condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (await condition()) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunning, waitUntilGone } from '../../src/platform/embedded-postgres/processes.ts';

const ENDS_WITHIN_MS = 20_000;

/** The lock file of a running server: its process id first, its port in the fourth line. */
async function lockFile(dataDir: string): Promise<string[]> {
  const file = join(dataDir, 'postgres', 'cluster', 'postmaster.pid');
  return (await readFile(file, 'utf8').catch(() => '')).split('\n');
}

/** Where the embedded server of a data directory is reached, as its superuser. */
export async function embeddedUrl(dataDir: string): Promise<string> {
  const password = (await readFile(join(dataDir, 'postgres', 'password'), 'utf8')).trim();
  const port = (await lockFile(dataDir))[3] ?? '';
  return `postgres://lethe:${password}@127.0.0.1:${port}/lethe`;
}

/** The process of the embedded server of a data directory; undefined where none runs. */
export async function embeddedPid(dataDir: string): Promise<number | undefined> {
  const pid = Number((await lockFile(dataDir))[0]);
  return Number.isInteger(pid) && pid > 0 && (await isRunning(pid)) ? pid : undefined;
}

/** The processes by which a server serves its clients; none where the system does not tell. */
async function backendsOf(server: number): Promise<number[]> {
  const children = await readFile(`/proc/${server}/task/${server}/children`, 'utf8').catch(() => '');
  return children.split(' ').filter(Boolean).map(Number);
}

/**
 * SIGQUIT and SIGKILL both leave recovery to the next start; resolves once the server is gone, if one was there, and its
 * backends with it: those of a server that is killed go on answering for a moment.
 */
export async function endEmbedded(dataDir: string, how: 'SIGQUIT' | 'SIGKILL'): Promise<void> {
  const pid = await embeddedPid(dataDir);
  if (pid === undefined) return;
  const all = [pid, ...(await backendsOf(pid))];
  process.kill(pid, how);
  const gone = await Promise.all(all.map(one => waitUntilGone(one, ENDS_WITHIN_MS)));
  if (gone.includes(false)) throw new Error('the embedded database does not end');
}

import { execFile } from 'node:child_process';
import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { serverUser } from '../../src/platform/embedded-postgres/system-user.ts';
import { backendsOf, embeddedPid } from './service-database.ts';

const run = promisify(execFile);
const PIECES = 20;
const SIZE = '512m';

/** Puts a file system in memory at a directory; resolves with whether this process has the right to. */
export const mountDisk = (dir: string): Promise<boolean> =>
  run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'lethe-test', dir]).then(
    () => true,
    () => false,
  );

export const unmountDisk = (dir: string): Promise<unknown> => run('umount', ['--lazy', dir]);

/**
 * Leaves not a byte on the disk at a directory; resolves with what makes room again. In pieces, since who writes there takes
 * and leaves some meanwhile.
 */
export async function fillDisk(dir: string): Promise<() => Promise<void>> {
  const ballast: string[] = [];
  for (let piece = 0; piece < PIECES; piece++) {
    const { bavail, bsize } = await statfs(dir);
    if (bavail === 0) break;
    const file = join(dir, `ballast-${piece}`);
    ballast.push(file);
    await run('fallocate', ['--length', String(bavail * bsize), file]).catch(() => undefined);
  }
  return async () => {
    await Promise.all(ballast.map(file => rm(file, { force: true })));
  };
}

/**
 * What comes nearest where no disk can be mounted: the kernel refuses the embedded server of a data directory every write to
 * a file. Resolves with what allows them again.
 */
export async function refuseWrites(dataDir: string): Promise<() => Promise<void>> {
  await limitFiles(dataDir, '0');
  return () => limitFiles(dataDir, 'unlimited');
}

async function limitFiles(dataDir: string, bytes: '0' | 'unlimited'): Promise<void> {
  const server = await embeddedPid(dataDir);
  if (server === undefined) return;
  const user = await serverUser();
  const limit = (pid: number): Promise<unknown> =>
    run('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], { ...user, cwd: '/' });
  // First, so that whatever it starts from now on has the limit from it.
  await limit(server);
  // One that is gone meanwhile writes no more.
  await Promise.allSettled((await backendsOf(server)).map(limit));
}

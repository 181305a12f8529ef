import { execFile } from 'node:child_process';
import { rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SIZE = '512m';
const REFILL_MS = 20;

/** Puts a file system in memory at a directory; resolves with whether this process has the right to. */
export const mountDisk = (dir: string): Promise<boolean> =>
  run('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'lethe-test', dir]).then(
    () => true,
    () => false,
  );

export const unmountDisk = (dir: string): Promise<unknown> => run('umount', ['--lazy', dir]);

/**
 * Leaves not a byte on the disk at a directory, and takes what becomes free on it, as write-ahead log does with every
 * checkpoint; resolves with what makes room again.
 */
export async function fillDisk(dir: string): Promise<() => Promise<void>> {
  const ballast = join(dir, 'ballast');
  const over = new AbortController();
  const fill = async (): Promise<void> => {
    const { bavail, bsize } = await statfs(dir);
    if (bavail === 0) return;
    const size = await stat(ballast).then(
      file => file.size,
      () => 0,
    );
    // Refused where somebody else has taken of it meanwhile: the next round takes what is left.
    await run('fallocate', ['--offset', `${size}`, '--length', `${bavail * bsize}`, ballast]).catch(
      () => undefined,
    );
  };
  await fill();
  const refilled = (async (): Promise<void> => {
    while (!over.signal.aborted) {
      await delay(REFILL_MS);
      await fill();
    }
  })();
  return async () => {
    over.abort();
    await refilled;
    await rm(ballast);
  };
}

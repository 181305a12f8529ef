import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { LetheError } from '../../domain/errors.ts';
import type { Binaries } from './binaries.ts';
import { prepareDirectory, type SystemUser } from './system-user.ts';

const run = promisify(execFile);
export const SUPERUSER = 'lethe';

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Made once, kept beside the cluster in a file that only the owner of this process can read. */
async function password(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (kept.trim() !== '') return kept.trim();
  const made = randomBytes(24).toString('base64url');
  await writeFile(file, `${made}\n`, { mode: 0o600 });
  return made;
}

/** In a directory of another name, renamed when it is whole: a cluster that exists is never touched here. */
async function initialise(
  binaries: Binaries,
  clusterDir: string,
  secret: string,
  user: SystemUser | undefined,
): Promise<void> {
  const dir = `${clusterDir}.new`;
  await rm(dir, { recursive: true, force: true });
  await prepareDirectory(dir, user);
  const passwordFile = `${dir}.password`;
  await writeFile(passwordFile, `${secret}\n`, { mode: 0o600 });
  if (user !== undefined) await chown(passwordFile, user.uid, user.gid);
  const flags = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', `--username=${SUPERUSER}`];
  try {
    await run(binaries.initdb, [`--pgdata=${dir}`, `--pwfile=${passwordFile}`, ...flags], {
      ...user,
      cwd: '/',
    });
    await rename(dir, clusterDir);
  } catch (cause) {
    throw new LetheError('postgres-init-failed', `initdb failed in ${dir}`, { cause });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Makes sure that `<dataDir>/cluster` holds a database cluster and answers with its superuser's password. */
export async function ensureCluster(
  binaries: Binaries,
  dataDir: string,
  user: SystemUser | undefined,
): Promise<{ clusterDir: string; password: string }> {
  const clusterDir = join(dataDir, 'cluster');
  const secret = await password(join(dataDir, 'password'));
  if (!(await exists(clusterDir))) await initialise(binaries, clusterDir, secret, user);
  return { clusterDir, password: secret };
}

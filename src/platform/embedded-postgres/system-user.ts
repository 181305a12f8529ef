import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, stat } from 'node:fs/promises';
import { dirname, parse, resolve } from 'node:path';
import { promisify } from 'node:util';
import { LetheError } from '../../domain/errors.ts';

const run = promisify(execFile);
const NAME = 'postgres';

/** The user that the server runs as; undefined: the one that runs this process. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

async function idOf(flag: '-u' | '-g'): Promise<number> {
  const { stdout } = await run('id', [flag, NAME]);
  return Number(stdout.trim());
}

const lookUp = async (): Promise<SystemUser> => ({ uid: await idOf('-u'), gid: await idOf('-g') });

/** PostgreSQL refuses to run as root, so root hands it to the user `postgres`, made where missing. */
export async function serverUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  try {
    return await lookUp();
  } catch {
    await run('groupadd', ['--system', '--force', NAME]);
    await run('useradd', ['--system', '--no-create-home', '-g', NAME, NAME]);
    return lookUp();
  }
}

function parents(path: string): string[] {
  const above = dirname(path);
  return above === parse(path).root ? [above] : [...parents(above), above];
}

async function canEnter(directory: string, user: SystemUser): Promise<boolean> {
  const { mode, uid, gid } = await stat(directory);
  const shift = uid === user.uid ? 6 : gid === user.gid ? 3 : 0;
  return ((mode >> shift) & 1) === 1;
}

/** Throws LetheError `postgres-user-locked-out`, naming the first parent of `path` that the user may not enter. */
export async function assertReachable(path: string, user: SystemUser | undefined): Promise<void> {
  if (user === undefined) return;
  for (const directory of parents(resolve(path))) {
    if (await canEnter(directory, user)) continue;
    throw new LetheError(
      'postgres-user-locked-out',
      `as root, PostgreSQL runs as the user "${NAME}", which may not enter ${directory}: ` +
        `run Lethe as another user, keep it elsewhere, or chmod o+x that directory`,
      { details: { directory } },
    );
  }
}

/** Makes the data directory if missing; only the server's user may look inside. */
export async function prepareDirectory(directory: string, user: SystemUser | undefined): Promise<void> {
  await mkdir(directory, { recursive: true });
  await assertReachable(directory, user);
  await chmod(directory, 0o700);
  if (user !== undefined) await chown(directory, user.uid, user.gid);
}

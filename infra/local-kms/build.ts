import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const MODULE = 'github.com/nsmithuk/local-kms';
const CACHE = 'node_modules/.cache/lethe/local-kms';

/** Whether there is a Go to build it with. */
export const hasGo = (): boolean => spawnSync('go', ['version']).status === 0;

/** Path of local-kms in the version of go.mod, built where the cache lacks it; go.sum holds what its sources have to be. */
export async function buildLocalKms(cache = CACHE): Promise<string> {
  const binary = resolve(cache, await pinnedVersion(), 'local-kms');
  if (await exists(binary)) return binary;
  await mkdir(dirname(binary), { recursive: true });
  // Renamed when it is whole: two processes may build at the same time.
  const partial = `${binary}.${randomUUID()}`;
  await promisify(execFile)('go', ['build', '-mod=readonly', '-o', partial, MODULE], { cwd: HERE });
  await rename(partial, binary);
  return binary;
}

async function pinnedVersion(): Promise<string> {
  const text = await readFile(join(HERE, 'go.mod'), 'utf8');
  const version = new RegExp(String.raw`${MODULE} (?<version>v\S+)`).exec(text)?.groups?.['version'];
  if (version === undefined) throw new Error('infra/local-kms/go.mod names no version of local-kms');
  return version;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const LOCK = new URL('jars.sha256', import.meta.url);
const CENTRAL = 'https://repo1.maven.org/maven2';
const CACHE = 'node_modules/.cache/lethe/kafka';
const AT_ONCE = 8;

interface Jar {
  /** SHA-256, hexadecimal: what the lock says. */
  readonly hash: string;
  /** Below the root of a Maven repository. */
  readonly path: string;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/**
 * The broker's jars, by path, fetched where the cache lacks them: each is what `jars.sha256` says it is, byte by byte.
 * `LETHE_MAVEN_BASE` names another Maven repository than Maven Central.
 */
export async function fetchKafka(cache = CACHE): Promise<string[]> {
  const base = process.env['LETHE_MAVEN_BASE'] ?? CENTRAL;
  const left = (await readLock()).values();
  const paths: string[] = [];
  const take = async (): Promise<void> => {
    for (const jar of left) paths.push(await ensure(jar, cache, base));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  return paths.toSorted();
}

async function readLock(): Promise<Jar[]> {
  const lines = (await readFile(LOCK, 'utf8')).trim().split('\n');
  return lines.map(line => {
    const [hash = '', path = ''] = line.split(/\s+/);
    return { hash, path };
  });
}

async function ensure({ hash, path }: Jar, cache: string, base: string): Promise<string> {
  const file = join(cache, path);
  const cached = await readFile(file).catch(() => undefined);
  if (cached !== undefined && sha256(cached) === hash) return file;
  const bytes = await download(`${base}/${path}`);
  if (sha256(bytes) !== hash) throw new Error(`${path} is not the file that infra/kafka/jars.sha256 names`);
  await mkdir(dirname(file), { recursive: true });
  // Renamed when it is whole: two processes may fetch the same jar.
  const partial = `${file}.${randomUUID()}`;
  await writeFile(partial, bytes);
  await rename(partial, file);
  return file;
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

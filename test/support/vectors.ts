import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const VECTORS = resolve('../shared/data/vectors');

/** A folder of other people's test vectors, which stand beside the project; undefined, and said so, where they are absent. */
export function vectorFolder(name: string): string | undefined {
  const folder = join(VECTORS, name);
  if (existsSync(folder)) return folder;
  process.stderr.write(`skipped: no test vectors at ../shared/data/vectors/${name}\n`);
  return undefined;
}

/** Every JSON file below a folder, by its path from there. */
export const jsonFiles = (folder: string): { name: string; text: string }[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => ({ name, text: readFileSync(join(folder, name), 'utf8') }));

import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { z } from 'zod';

/**
 * `npm run build:client [-- --out DIR]`: the package with the client alone, plain ES modules and their types, for
 * products that install neither the service nor its dependencies. It is compiled without Node's types: it runs in browsers too.
 */
const ROOT = join(import.meta.dirname, '../..');
const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'dist/client') } } });

const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
const config = join(import.meta.dirname, 'tsconfig.json');
await promisify(execFile)(process.execPath, [compiler, '-p', config, '--outDir', values.out]);

const { name, version, license } = z
  .object({ name: z.string(), version: z.string(), license: z.string() })
  .parse(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')));
const manifest = {
  name,
  version,
  license,
  description: 'The client of Lethe.',
  type: 'module',
  engines: { node: '>=20' },
  exports: { './client': { types: './client.d.ts', default: './client.js' } },
};
await writeFile(join(values.out, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);

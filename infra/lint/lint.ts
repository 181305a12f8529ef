import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const HERE = dirname(fileURLToPath(import.meta.url));
const CACHE = 'node_modules/.cache/lethe/lint';
const SOURCE = /\.go$|^go\.(mod|sum)$/;

const run = promisify(execFile);

/** Path of the linter that is written here in Go, built where the cache lacks it; go.sum holds what its libraries have to be. */
export async function buildLint(cache = CACHE): Promise<string> {
  const binary = resolve(cache, await versionOfSources(), 'lint');
  if (await exists(binary)) return binary;
  await mkdir(dirname(binary), { recursive: true });
  // Renamed when it is whole: two processes may build at the same time.
  const partial = `${binary}.${randomUUID()}`;
  await run('go', ['build', '-mod=readonly', '-o', partial, '.'], { cwd: HERE });
  await rename(partial, binary);
  return binary;
}

/** The chart's manifests as YAML, with each `name=value` on top of its own values. Rejects with what is wrong. */
export const lintChart = (...values: readonly string[]): Promise<string> =>
  lint('chart', 'infra/helm/lethe', ...values);

/** What the compose file comes to with the variables of an env file, as YAML. Rejects with what is wrong. */
export const lintCompose = (envFile: string): Promise<string> =>
  lint('compose', 'infra/compose/compose.yaml', envFile);

/** Rejects with what Prometheus cannot read of its rules, or of the expressions of a dashboard. */
export async function lintMonitoring(rules: string, dashboard: string): Promise<void> {
  await lint('monitoring', rules, dashboard);
}

async function lint(...args: readonly string[]): Promise<string> {
  const { stdout } = await run(await buildLint(), args, { env: {} });
  return stdout;
}

async function versionOfSources(): Promise<string> {
  const names = (await readdir(HERE)).filter(name => SOURCE.test(name)).sort();
  const hash = createHash('sha256');
  for (const name of names) hash.update(await readFile(join(HERE, name)));
  return hash.digest('hex').slice(0, 16);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { format, resolveConfig } from 'prettier';
import { ROWS } from './catalogue.ts';
import { runReport, withTable } from './table.ts';

const PAGE = 'docs/reliability.md';
const VITEST = 'node_modules/vitest/vitest.mjs';
const MINUTE_S = 60;

function minutesOf(text: string): number {
  const minutes = Number(text);
  if (!(minutes > 0 && minutes <= MINUTE_S)) throw new InvalidArgumentError('from above 0 to 60');
  return minutes;
}

const command = new Command('reliability')
  .description(`Runs faults against their real engines and writes the table of ${PAGE}.`)
  .argument('[files...]', 'parts of the names of test files; all where none is named')
  .option('--minutes <number>', 'how long faults come by chance', minutesOf, 0.5)
  .option('--seed <text>', 'of the order in which they come', '1')
  .parse();
const { minutes, seed } = command.opts<{ minutes: number; seed: string }>();

const seconds = Math.round(minutes * MINUTE_S);
const dir = await mkdtemp(join(tmpdir(), 'lethe-reliability-'));
const file = join(dir, 'report.json');
const isWanted = (name: string): boolean =>
  command.args.length === 0 || command.args.some(part => name.includes(part));
const files = [...new Set(ROWS.map(row => row.file))].filter(isWanted);
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
const child = spawn(process.execPath, [VITEST, 'run', ...files, ...reporters], {
  stdio: 'inherit',
  env: { ...process.env, LETHE_FAULTS_SECONDS: String(seconds), LETHE_FAULTS_SEED: seed },
});
const [code] = (await once(child, 'exit')) as [number | null];
const report = runReport.parse(JSON.parse(await readFile(file, 'utf8')));
const page = withTable(await readFile(PAGE, 'utf8'), { report, seed, seconds });
await writeFile(PAGE, await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE }));
await rm(dir, { recursive: true, force: true });
process.exitCode = code ?? 1;

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { defaultKeystoreDir, loadConfig } from '../../platform/config.ts';
import { createLogger } from '../../platform/logging.ts';
import { importWithProgress, readOperatorKey } from '../import/command.ts';
import { startService, type Service } from '../service.ts';
import { exitCodeOf, takeSignals } from '../signals.ts';
import { createClient } from './client.ts';
import { findPrompts } from './sources.ts';
import { awaitSchedule, standings } from './standings.ts';
import { DEMO_TENANTS, SHORTEST_MAXIMUM, registerTenant, type RegisteredTenant } from './tenants.ts';
import { walkOneAsset, type Narrator } from './walk.ts';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('start a service of its own, import prompts, walk one asset from upload to certificate')
    .option('--keep', 'leave the service running and its data in place', false)
    .action(async ({ keep }: { readonly keep: boolean }) => demo(keep));
}

function narrator(): Narrator {
  let steps = 0;
  return {
    step: title => process.stdout.write(`\n${++steps}. ${title}\n`),
    say: line => process.stdout.write(`   ${line}\n`),
  };
}

async function demo(keep: boolean): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'lethe-demo-'));
  // As root, PostgreSQL runs as a user of its own, which has to pass through.
  await chmod(home, 0o755);
  const dataDir = join(home, 'data');
  const config = {
    ...loadConfig(process.env),
    ...{ dataDir, keystoreDir: defaultKeystoreDir(dataDir) },
    ...{ databaseUrl: undefined, port: keep ? 7070 : 0 },
  };
  const logger = createLogger({ level: 'warn', pretty: process.stdout.isTTY });
  const tell = narrator();
  tell.step('Start the service on an empty data directory');
  const starting = startService(config, logger);
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> => (ending ??= close(starting, keep ? undefined : home));
  takeSignals(signal => void end().then(() => process.exit(keep ? 0 : exitCodeOf(signal))));
  try {
    const { address } = await starting;
    tell.say(`listening on ${address}`);
    await tour(address, await readOperatorKey(dataDir), tell);
    if (keep) {
      tell.say(`the service goes on at ${address}/docs with its data in ${dataDir}; end it with Ctrl-C`);
      await new Promise(() => undefined);
    }
  } finally {
    // A service that a signal is ending fails the tour; the process is gone before that is told.
    await end();
  }
}

/** Stops the service, started or not, and removes its data where they are not to be kept. */
async function close(starting: Promise<Service>, home: string | undefined): Promise<void> {
  const service = await starting.catch(() => undefined);
  await service?.stop();
  if (home !== undefined) await rm(home, { recursive: true, force: true });
}

async function tour(address: string, operatorKey: string, tell: Narrator): Promise<void> {
  const operator = createClient(address, operatorKey);
  const tenants: RegisteredTenant[] = [];
  tell.step('Register three organisations under different packs, with windows short enough to watch');
  for (const tenant of DEMO_TENANTS) {
    tenants.push(await registerTenant(operator, tenant));
    tell.say(`${tenant.name}: pack ${tenant.pack}, kept ${tenant.minRetention} to ${tenant.maxRetention}`);
  }
  const { files, origin } = await findPrompts();
  tell.step(`Import ${origin} for each`);
  for (const tenant of tenants) await importPrompts(address, operatorKey, tenant, files, tell);
  const [walked] = tenants;
  if (walked !== undefined) await walkOneAsset(createClient(address, walked.key), walked.id, tell);
  const scheduled = tenants.find(({ maxRetention }) => maxRetention === SHORTEST_MAXIMUM);
  if (scheduled !== undefined) await awaitSchedule(address, scheduled, tell);
  tell.step('What stands where');
  process.stdout.write(`${await standings(address, tenants)}\n`);
}

async function importPrompts(
  url: string,
  key: string,
  { id, name }: RegisteredTenant,
  files: readonly string[],
  tell: Narrator,
): Promise<void> {
  for (const file of files) {
    const { accepted, milliseconds } = await importWithProgress({
      ...{
        url,
        key,
        file,
        tenant: id,
        format: 'auto',
        subjects: 25,
        modality: 'image',
        model: 'example/pictor:3',
      },
      columns: { prompt: undefined, subject: undefined },
      time: undefined,
      concurrency: undefined,
    });
    tell.say(`${name}: ${accepted} events in ${(milliseconds / 1_000).toFixed(1)} s`);
  }
}

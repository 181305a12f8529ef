import type { Command } from 'commander';
import { LetheError } from '../domain/errors.ts';
import { loadConfig } from '../platform/config.ts';
import { createLogger } from '../platform/logging.ts';
import { createPostgresEventLog } from '../platform/postgres/event-log.ts';
import { createPool } from '../platform/postgres/pool.ts';
import { rebuildView } from '../projections/runner/rebuild.ts';
import { openDatabase } from './service.ts';
import { startProgress } from './terminal/progress.ts';
import { VIEWS } from './views.ts';

export function registerRebuild(program: Command): void {
  program
    .command('rebuild')
    .argument('[view]', `one of ${VIEWS.map(({ name }) => name).join(', ')}; all when absent`)
    .description('rebuild views from the log, beside the live ones, and swap them in')
    .action(async (view: string | undefined) => rebuild(view));
}

async function rebuild(name: string | undefined): Promise<void> {
  const views = VIEWS.filter(view => name === undefined || view.name === name);
  if (views.length === 0) throw new LetheError('view-unknown', `there is no view ${name ?? ''}`);
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.logLevel, pretty: process.stderr.isTTY });
  const database = await openDatabase(config, logger);
  const { connectionString } = database;
  const onError = (error: Error): void => logger.warn({ err: error }, 'database connection lost');
  const writer = createPool({
    connectionString,
    role: 'lethe_writer',
    max: 4,
    applicationName: 'lethe-rebuild',
    onError,
  });
  const log = createPostgresEventLog({ writer, connectionString });
  try {
    for (const view of views) {
      const progress = startProgress({ label: view.name, total: await log.head() });
      const onProgress = ({ position }: { readonly position: number }): void =>
        progress.update(position, `${position} events`);
      await rebuildView({ log, writer, view, batchSize: 4_000, onProgress });
      progress.stop();
    }
  } finally {
    await log.close();
    await writer.end();
    await database.stop();
  }
}

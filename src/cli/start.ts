import type { Command } from 'commander';
import { runProcess } from './run.ts';
import { startApiProcess, startService, startWorkerProcess, type Service } from './service.ts';

export function registerStart(program: Command): void {
  program
    .command('start')
    .description('run the whole service in this process')
    .action(async () => runProcess(startService, showOperatorKey));
  program
    .command('api')
    .description('answer requests; any number of processes on one DATABASE_URL')
    .action(async () => runProcess(startApiProcess, showOperatorKey));
  program
    .command('worker')
    .argument('[names...]', 'which ones; all when absent')
    .description('run workers; any number of processes on one DATABASE_URL share them by lease')
    .action(async (names: string[]) =>
      runProcess((config, logger) => startWorkerProcess(config, logger, names)),
    );
}

/** The one line that is meant to hold a secret: shown once, on the first start, and never through the logger. */
function showOperatorKey({ operatorKey: { file, issued } }: Service): void {
  if (issued !== undefined) process.stdout.write(`operator key (kept in ${file}): ${issued}\n`);
}

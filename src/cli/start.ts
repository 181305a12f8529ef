import type { Command } from 'commander';
import { loadConfig } from '../platform/config.ts';
import { createLogger } from '../platform/logging.ts';
import { startService } from './service.ts';

export function registerStart(program: Command): void {
  program
    .command('start')
    .description('run the whole service in this process')
    .action(async () => start());
}

const STOP_WITHIN_MS = 30_000;

/** Runs until SIGINT or SIGTERM, then finishes what is in flight. */
async function start(): Promise<void> {
  const began = performance.now();
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.logLevel, pretty: process.stdout.isTTY });
  const service = await startService(config, logger);
  const { file, issued } = service.operatorKey;
  // The one line that is meant to hold a secret: shown once, on the first start, and never through the logger.
  if (issued !== undefined) process.stdout.write(`operator key (kept in ${file}): ${issued}\n`);
  logger.info({ address: service.address, ms: Math.round(performance.now() - began) }, 'ready');

  let stopping = false;
  // What is in flight may wait for a database that no longer answers; whatever is cut off can be resumed.
  const giveUp = (): void => {
    logger.fatal('did not stop in time');
    process.exit(1);
  };
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(giveUp, STOP_WITHIN_MS).unref();
    service.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.fatal({ err: error }, 'did not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

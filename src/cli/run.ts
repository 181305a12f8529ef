import type { Logger } from 'pino';
import { loadConfig, type Config } from '../platform/config.ts';
import { createLogger } from '../platform/logging.ts';
import type { Running } from './service.ts';
import { takeSignals } from './signals.ts';

/** Within it a process that was asked to stop is gone: what is in flight may wait for a database that never answers. */
const STOP_WITHIN_MS = 30_000;

/** Starts a process of the service and runs it until SIGINT or SIGTERM, then finishes what is in flight. */
export async function runProcess<Started extends Running>(
  start: (config: Config, logger: Logger) => Promise<Started>,
  onStarted: (started: Started) => void = () => undefined,
): Promise<void> {
  const began = performance.now();
  const config = loadConfig(process.env);
  const logger = createLogger({ level: config.logLevel, pretty: process.stdout.isTTY });
  const starting = start(config, logger);
  // From the first moment: process 1 of a container gets no signal that it does not ask for.
  stopOnSignal(starting, logger);
  const started = await starting;
  onStarted(started);
  logger.info({ address: started.address, ms: Math.round(performance.now() - began) }, 'ready');
}

/** A start that is under way is finished first: its end would leave nothing behind, and its middle might. */
function stopOnSignal(starting: Promise<Running>, logger: Logger): void {
  // Whatever is cut off can be resumed.
  const giveUp = (): void => {
    logger.fatal('did not stop in time');
    process.exit(1);
  };
  takeSignals(signal => {
    logger.info({ signal }, 'stopping');
    setTimeout(giveUp, STOP_WITHIN_MS).unref();
    const stopped = starting.then(started => started.stop());
    stopped.then(
      () => process.exit(0),
      (error: unknown) => {
        logger.fatal({ err: error }, 'did not stop cleanly');
        process.exit(1);
      },
    );
  });
}

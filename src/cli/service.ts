import type { Logger } from 'pino';
import type { Config } from '../platform/config.ts';
import { startApi } from './api-part.ts';
import { composeViews, type ComposedViews } from './compose-views.ts';
import { compose, type Composition } from './compose.ts';
import { CONNECTIONS } from './connections.ts';
import { requireSharedDatabase } from './database.ts';
import { openFoundation, type Foundation } from './foundation.ts';
import { startHealth } from './health-part.ts';
import { giveOperatorKey, type OperatorKey } from './operator-key.ts';
import { chooseWorkers, startWorkers } from './workers-part.ts';

/** A process of the service. */
export interface Running {
  readonly address: string;
  /** Stops taking requests and finishes those in flight, then the workers, then the database where it is embedded. */
  stop(): Promise<void>;
}

/** One that answers requests. */
export interface Service extends Running {
  readonly operatorKey: OperatorKey;
}

/** The whole service in one process: API, workers, and the database where none is given. */
export async function startService(config: Config, logger: Logger): Promise<Service> {
  // Whatever keeps it from starting, what is open by then is closed again, the newest first.
  await using opening = new AsyncDisposableStack();
  const foundation = await openFoundation(opening, config, logger, CONNECTIONS.start);
  const views = composeViews(foundation);
  const composition = composeOn(foundation, views);
  startWorkers(opening, await chooseWorkers(foundation, composition, views));
  const operatorKey = await giveOperatorKey(foundation, 'where-unknown');
  const address = await startApi(opening, foundation, composition);
  return { operatorKey, ...running(opening, address) };
}

/** The API alone: views, erasures and all else that goes on by itself are the work of other processes. */
export async function startApiProcess(config: Config, logger: Logger): Promise<Service> {
  requireSharedDatabase(config, 'api');
  await using opening = new AsyncDisposableStack();
  const foundation = await openFoundation(opening, config, logger, CONNECTIONS.api);
  const composition = composeOn(foundation, composeViews(foundation));
  const operatorKey = await giveOperatorKey(foundation, 'first');
  const address = await startApi(opening, foundation, composition);
  return { operatorKey, ...running(opening, address) };
}

/** The named workers, or all. Throws LetheError `worker-unknown`. */
export async function startWorkerProcess(
  config: Config,
  logger: Logger,
  names: readonly string[],
): Promise<Running> {
  requireSharedDatabase(config, 'worker');
  await using opening = new AsyncDisposableStack();
  const foundation = await openFoundation(opening, config, logger, CONNECTIONS.worker);
  const views = composeViews(foundation);
  const composition = composeOn(foundation, views);
  startWorkers(opening, await chooseWorkers(foundation, composition, views, names));
  return running(opening, await startHealth(opening, foundation));
}

const composeOn = (foundation: Foundation, { reached }: ComposedViews): Composition =>
  compose({ ...foundation, reached, cell: foundation.config.profile, settings: foundation.config });

function running(opening: AsyncDisposableStack, address: string): Running {
  const opened = opening.move();
  return { address, stop: () => opened.disposeAsync() };
}

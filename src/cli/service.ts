import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { allRoutes } from '../api/routes/all.ts';
import { buildServer } from '../api/server.ts';
import type { Config } from '../platform/config.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres/server.ts';
import { createMetrics, type Metrics } from '../platform/metrics.ts';
import { migrate } from '../platform/postgres/migrate.ts';
import { createAccountCloser } from '../workers/account-closer.ts';
import { createEraser } from '../workers/eraser.ts';
import { createHoldExpirer } from '../workers/hold-expirer.ts';
import type { Worker } from '../workers/loop.ts';
import { createOverdueWatch } from '../workers/overdue-watch.ts';
import { compose, systemClock, type Composition } from './compose.ts';
import { ensureOperatorKey, type OperatorKey } from './operator-key.ts';

export interface Database {
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** The database that the configuration names, or the embedded one in the data directory, migrated. */
export async function openDatabase(config: Config, logger: Logger): Promise<Database> {
  const given = config.databaseUrl?.reveal().toString('utf8');
  const database =
    given === undefined
      ? await startEmbeddedPostgres({
          dataDir: join(resolve(config.dataDir), 'postgres'),
          log: line => logger.debug({ component: 'postgres' }, line),
        })
      : { connectionString: given, stop: () => Promise.resolve() };
  try {
    await migrate(database.connectionString);
  } catch (error) {
    await database.stop();
    throw error;
  }
  return database;
}

export interface Service {
  readonly address: string;
  readonly operatorKey: OperatorKey;
  /** Stops taking requests, finishes what is in flight, stops the workers, then the database. */
  stop(): Promise<void>;
}

/** The whole service in one process: API, projector, workers, and the database where none is given. */
export async function startService(config: Config, logger: Logger): Promise<Service> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o755 });
  const database = await openDatabase(config, logger);
  const metrics = createMetrics();
  const { connectionString } = database;
  const composition = await compose({ config, connectionString, logger, metrics });
  await composition.projector.start();
  const workers = createWorkers(composition, logger, metrics);
  for (const worker of workers) worker.start();
  const operatorKey = await ensureOperatorKey(config.dataDir, composition.stores.credentials, systemClock);
  const server = await createApi(composition, config, logger, metrics);
  const address = await server.listen({ port: config.port, host: config.host });
  return {
    address,
    operatorKey,
    stop: async () => {
      await server.close();
      await Promise.all(workers.map(worker => worker.stop()));
      await composition.projector.stop();
      await composition.stores.close();
      await database.stop();
    },
  };
}

function createApi(
  { services, stores, views, recordDenial }: Composition,
  config: Config,
  logger: Logger,
  metrics: Metrics,
): Promise<FastifyInstance> {
  return buildServer(
    {
      logger,
      clock: systemClock,
      credentials: stores.credentials,
      metrics,
      checks: {
        database: () => Promise.all([stores.writer.query('select 1'), stores.reader.query('select 1')]),
      },
      views,
      rateLimit: config.rateLimit,
      onDenied: recordDenial,
    },
    allRoutes(services),
  );
}

const ERASED_AT_ONCE = 1_000;
const SOON_MS = 200;
const SECONDLY_MS = 1_000;

function createWorkers(
  { erasure, views, services }: Composition,
  logger: Logger,
  metrics: Metrics,
): Worker[] {
  const onError = (error: unknown): void => logger.error({ err: error }, 'worker failed, tries again');
  return [
    createEraser({
      erasure,
      batchSize: ERASED_AT_ONCE,
      idleMs: SOON_MS,
      onErased: count => metrics.erasures.inc(count),
      onError,
    }),
    createAccountCloser({ accounts: services.accounts, views, idleMs: SECONDLY_MS, onError }),
    createHoldExpirer({ holds: services.holds, views, idleMs: SECONDLY_MS, onError }),
    createOverdueWatch({
      views,
      idleMs: SECONDLY_MS,
      onCount: overdue => {
        metrics.overdueErasures.set(overdue);
        if (overdue > 0) logger.error({ overdue }, 'erasures are overdue');
      },
      onError,
    }),
  ];
}

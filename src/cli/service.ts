import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { allRoutes } from '../api/routes/all.ts';
import { buildServer } from '../api/server.ts';
import type { Config } from '../platform/config.ts';
import { startEmbeddedPostgres } from '../platform/embedded-postgres/server.ts';
import { createMetrics, type Metrics } from '../platform/metrics.ts';
import { holdToProfile } from '../platform/postgres/cell-profile.ts';
import { migrate } from '../platform/postgres/migrate.ts';
import { createPool } from '../platform/postgres/pool.ts';
import { createViews, createWorkers } from './background.ts';
import { createEpochWorkers } from './compose-epochs.ts';
import { composePiiDetector } from './compose-pii.ts';
import { createSiemSenders } from './compose-siem.ts';
import { composeNotary } from './compose-transparency.ts';
import { compose, systemClock, type Composition } from './compose.ts';
import type { Traffic } from './observed.ts';
import { ensureOperatorKey, type OperatorKey } from './operator-key.ts';
import { guardRestore, requireKeystore } from './restore-guard.ts';
import { openStores, type Stores } from './stores.ts';
import { reachedBy } from './view-index.ts';

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
  const { connectionString } = database;
  const metrics = createMetrics();
  const traffic: Traffic = { requests: 0 };
  await holdTo(config, database);
  await guarded(() => requireKeystore(config, connectionString), database);
  const stores = await openStores({ config, connectionString, clock: systemClock, logger });
  await guarded(() => guardRestore(stores, { clock: systemClock, logger, metrics }), stores, database);
  const projector = createViews(stores, { logger, metrics, traffic });
  await projector.start();
  const composition = compose({
    ...{ stores, logger, reached: reachedBy(projector), metrics, traffic },
    cell: config.profile,
    settings: config,
  });
  const notary = composeNotary(stores, { clock: systemClock, logger, metrics: metrics.notary });
  const workers = [
    ...createWorkers({ ...composition, notary }, logger, metrics),
    composePiiDetector(composition, stores, { logger, metrics }),
    ...createSiemSenders(stores, config.siem, { logger, metrics }),
    ...createEpochWorkers({ ...composition, clock: systemClock, epochMs: config.epochMs }, logger, metrics),
  ];
  for (const worker of workers) worker.start();
  const operatorKey = await ensureOperatorKey(config.dataDir, stores.credentials, systemClock);
  const server = await createApi(composition, stores, { config, logger, metrics });
  const address = await server.listen({ port: config.port, host: config.host });
  return {
    address,
    operatorKey,
    stop: async () => {
      await server.close();
      await Promise.all(workers.map(worker => worker.stop()));
      await projector.stop();
      await stores.close();
      await database.stop();
    },
  };
}

/** Throws `profile-drift`, once the database is stopped again. */
async function holdTo({ profile }: Config, database: Database): Promise<void> {
  const writer = createPool({
    connectionString: database.connectionString,
    ...{ role: 'lethe_writer', max: 1, applicationName: 'lethe-start', onError: () => undefined },
  });
  try {
    await holdToProfile(writer, profile).finally(() => writer.end());
  } catch (error) {
    await database.stop();
    throw error;
  }
}

/** Passes on what refuses the start, once everything that is open is closed again. */
async function guarded(
  guard: () => Promise<void>,
  ...open: readonly (Pick<Stores, 'close'> | Database)[]
): Promise<void> {
  try {
    await guard();
  } catch (error) {
    for (const one of open) await ('close' in one ? one.close() : one.stop());
    throw error;
  }
}

function createApi(
  { services, views, recordDenial }: Composition,
  stores: Stores,
  {
    config,
    logger,
    metrics,
  }: { readonly config: Config; readonly logger: Logger; readonly metrics: Metrics },
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

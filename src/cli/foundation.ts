import { mkdir } from 'node:fs/promises';
import type { Logger } from 'pino';
import type { HealthCheck } from '../api/deps.ts';
import type { Config } from '../platform/config.ts';
import { createMetrics, type Metrics } from '../platform/metrics.ts';
import { holdToProfile } from '../platform/postgres/cell-profile.ts';
import { createPool } from '../platform/postgres/pool.ts';
import { installView } from '../projections/runner/install.ts';
import { alone } from './alone.ts';
import { entityView } from './compose-entities.ts';
import { systemClock } from './compose.ts';
import type { Connections } from './connections.ts';
import { openDatabase } from './database.ts';
import { guardRestore, requireKeystore } from './restore-guard.ts';
import { openStores, type Stores } from './stores.ts';
import { shareTraffic, type Traffic } from './traffic.ts';
import { VERSION } from './version.ts';
import { VIEWS } from './views.ts';

/** What every process of the service stands on. */
export interface Foundation {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly traffic: Traffic;
  readonly stores: Stores;
  readonly checks: Readonly<Record<string, HealthCheck>>;
}

/**
 * Opens the database and the stores, and passes the guards, one process after the other where several start at once.
 * What is opened is closed by `opened`, whoever fails later.
 * Throws `profile-drift`, `keystore-missing`, and what the restore guard throws.
 */
export async function openFoundation(
  opened: AsyncDisposableStack,
  config: Config,
  logger: Logger,
  connections: Connections,
): Promise<Foundation> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o755 });
  if (config.tracing !== undefined) {
    const { openTracing } = await import('../platform/tracing/tracing.ts');
    const tracing = openTracing(config.tracing, VERSION);
    opened.defer(() => tracing.close());
  }
  const metrics = createMetrics();
  const database = await openDatabase(config, logger);
  opened.defer(() => database.stop());
  const { connectionString } = database;
  await holdTo(config, connectionString);
  await requireKeystore(config, connectionString);
  const stores = await openStores({
    ...{ config, connectionString, connections, clock: systemClock, logger, metrics },
  });
  opened.defer(() => stores.close());
  await alone(stores.leases, 'start', () => prepare(stores, logger, metrics));
  return {
    ...{ config, logger, metrics, stores, traffic: shareTraffic(stores.bulletin) },
    checks: {
      database: () => Promise.all([stores.writer.query('select 1'), stores.reader.query('select 1')]),
    },
  };
}

async function prepare(stores: Stores, logger: Logger, metrics: Metrics): Promise<void> {
  await guardRestore(stores, { clock: systemClock, logger, metrics });
  // Empty where they are new: the API answers from them before a worker has folded anything.
  for (const view of [...VIEWS, entityView(stores, logger)]) await installView(stores.writer, view);
}

/** Throws `profile-drift`. */
async function holdTo({ profile }: Config, connectionString: string): Promise<void> {
  const writer = createPool({
    connectionString,
    ...{ role: 'lethe_writer', max: 1, applicationName: 'lethe-start', onError: () => undefined },
  });
  await holdToProfile(writer, profile).finally(() => writer.end());
}

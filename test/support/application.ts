import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ingest } from '../../src/application/ingest/requests.ts';
import { compose, systemClock } from '../../src/cli/compose.ts';
import { openStores, type Stores } from '../../src/cli/stores.ts';
import { shareTraffic } from '../../src/cli/traffic.ts';
import type { Actor } from '../../src/domain/events/envelope.ts';
import type { PackName } from '../../src/domain/policy/policy.ts';
import { createLogger } from '../../src/platform/logging.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createTestDatabase } from './test-database.ts';

const OPERATOR: Actor = { kind: 'api-client', id: 'operator' };

/** What the API calls, on a database and a keystore of its own, without API and workers. */
export interface TestApplication {
  readonly stores: Stores;
  readonly ingest: Ingest;
  /** Where the embedded keystore is. */
  readonly keystoreDir: string;
  /** Answers with the id of a new tenant. */
  readonly register: () => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function openApplication(pack: PackName): Promise<TestApplication> {
  const database = await createTestDatabase();
  const keystoreDir = await mkdtemp(join(tmpdir(), 'lethe-application-'));
  const logger = createLogger({ level: 'silent' });
  const stores = await openStores({
    config: {
      ...{ keystoreDir, keyCacheMs: 5_000, epochMs: 86_400_000, awsKms: undefined },
      ...{ logOrigin: 'lethe.test', witnesses: [], witnessQuorum: 0 },
    },
    ...{ connectionString: database.connectionString, clock: systemClock, logger },
  });
  const { services } = compose({
    ...{ stores, logger, reached: () => Promise.resolve(true) },
    ...{ metrics: createMetrics({ ofProcess: false }), traffic: shareTraffic(stores.bulletin) },
    settings: {
      ...{ dataDir: keystoreDir, exportLifeMs: 60_000, keyCacheMs: 5_000 },
      siem: { hec: undefined, file: undefined },
    },
  });
  return {
    ...{ stores, keystoreDir },
    ingest: services.ingest,
    register: async () => {
      const { tenant } = await services.tenants.register(
        { name: 'Test', region: 'eu-central', policy: { pack } },
        OPERATOR,
      );
      return tenant;
    },
    close: async () => {
      await stores.close();
      await database.drop();
      await rm(keystoreDir, { recursive: true, force: true });
    },
  };
}

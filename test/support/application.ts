import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Ingest } from '../../src/application/ingest/requests.ts';
import { compose, systemClock, type Composition } from '../../src/cli/compose.ts';
import type { Foundation } from '../../src/cli/foundation.ts';
import { openStores, type Stores } from '../../src/cli/stores.ts';
import { shareTraffic } from '../../src/cli/traffic.ts';
import type { Actor } from '../../src/domain/events/envelope.ts';
import type { PackName } from '../../src/domain/policy/policy.ts';
import { createLogger } from '../../src/platform/logging.ts';
import { createMetrics } from '../../src/platform/metrics.ts';
import { createPool } from '../../src/platform/postgres/pool.ts';
import { allowSchemas } from './allow-schemas.ts';
import { createTestDatabase } from './test-database.ts';

const OPERATOR: Actor = { kind: 'api-client', id: 'operator' };

/** What the API calls, on a database and a keystore of its own, without API and workers. */
export interface TestApplication {
  readonly stores: Stores;
  readonly ingest: Ingest;
  /** Where the embedded keystore is. */
  readonly keystoreDir: string;
  readonly composition: Composition;
  readonly surroundings: Pick<Foundation, 'logger' | 'metrics' | 'traffic'>;
  /** Answers with the id of a new tenant; `policy` is what it has beside the pack. */
  readonly register: (policy?: object) => Promise<string>;
  readonly close: () => Promise<void>;
}

export async function openApplication(pack: PackName): Promise<TestApplication> {
  const database = await createTestDatabase();
  const { connectionString } = database;
  const owner = createPool({
    connectionString,
    role: undefined,
    max: 1,
    applicationName: 'test',
    onError: () => undefined,
  });
  await allowSchemas(owner).finally(() => owner.end());
  const keystoreDir = await mkdtemp(join(tmpdir(), 'lethe-application-'));
  const logger = createLogger({ level: 'silent' });
  const stores = await openStores({
    config: {
      ...{ keystoreDir, keyCacheMs: 5_000, epochMs: 86_400_000, awsKms: undefined },
      ...{ logOrigin: 'lethe.test', witnesses: [], witnessQuorum: 0 },
    },
    ...{ connectionString, clock: systemClock, logger },
  });
  const traffic = shareTraffic(stores.bulletin);
  const surroundings = { logger, traffic, metrics: createMetrics({ ofProcess: false }) };
  const composition = compose({
    ...{ ...surroundings, stores, reached: () => Promise.resolve(true) },
    settings: {
      ...{ dataDir: keystoreDir, exportLifeMs: 60_000, keyCacheMs: 5_000 },
      siem: { hec: undefined, file: undefined },
    },
  });
  const { services } = composition;
  return {
    ...{ stores, keystoreDir, composition, surroundings },
    ingest: services.ingest,
    register: async policy => {
      const { tenant } = await services.tenants.register(
        { name: 'Test', region: 'eu-central', policy: { pack, ...policy } },
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

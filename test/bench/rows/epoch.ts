import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { uuidv7 } from 'uuidv7';
import { createRecorder } from '../../../src/application/recorder.ts';
import { createTenants } from '../../../src/application/tenants.ts';
import { composeRoller } from '../../../src/cli/compose-epochs.ts';
import { systemClock } from '../../../src/cli/compose.ts';
import { openStores, type Stores } from '../../../src/cli/stores.ts';
import { assetScope } from '../../../src/domain/ports/key-store.ts';
import { loadConfig } from '../../../src/platform/config.ts';
import { createLogger } from '../../../src/platform/logging.ts';
import { migrate } from '../../../src/platform/postgres/migrate.ts';
import { openTenant } from '../client.ts';
import { alternate, type Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import { benchDirectory, startYardstickServer } from '../postgres.ts';
import { withService } from '../with-service.ts';

const ALONE = { what: 'epoch roll, alone', unit: 'data keys/s', target: { atLeast: 30_000 } };
const BESIDE = { what: 'bulk ingest during epoch rolls', unit: 'events/s', target: { ratioAtLeast: 0.7 } };
const CONNECTIONS = 4;
const KEYS_AT_ONCE = 2_000;

export const epoch: Benchmark = {
  name: 'epoch',
  lines: [ALONE, BESIDE],
  run: async ({ runs, bulkEvents }) => {
    const rolled = await rollRate(bulkEvents / 2, runs);
    const { alone, beside } = await alternate(runs, {
      alone: () => ingestRate(bulkEvents, 'P1D'),
      beside: () => ingestRate(bulkEvents, 'PT1S'),
    });
    return [
      {
        ...ALONE,
        measured: rolled,
        note: `${bulkEvents / 2} keys: re-wrapped, verified, kept outside, destroyed`,
      },
      {
        ...BESIDE,
        measured: beside,
        yardstick: { what: 'the same without a roll', value: alone },
        note: 'one roll after the other, of all keys that are there',
      },
    ];
  },
};

/** One tenant with that many keys, rolled as often as there are runs; keys a second over all steps of a roll. */
async function rollRate(keys: number, runs: number): Promise<number> {
  const server = await startYardstickServer(2);
  const dir = await benchDirectory();
  const logger = createLogger({ level: 'warn' });
  const config = loadConfig({ LETHE_DATA_DIR: join(dir, 'data'), LETHE_KEY_CACHE: 'PT0S' });
  const { connectionString } = server;
  await migrate(connectionString);
  const stores = await openStores({ config, connectionString, clock: systemClock, logger });
  try {
    const surroundings = { clock: systemClock, random: { uuid: randomUUID, uuidv7 } };
    const recorder = createRecorder(stores.log, surroundings);
    const tenants = createTenants({ ...surroundings, log: stores.log, recorder, vault: stores.vault });
    const order = { name: 'Bench', region: 'eu-central', policy: { pack: 'neuralseek' as const } };
    const { tenant } = await tenants.register(order, { kind: 'worker', id: 'bench' });
    await makeKeys(stores, tenant, keys);
    const roller = composeRoller(stores, { ...surroundings, recorder, tenants, isBusy: () => false });
    const { roll } = await alternate(runs, {
      roll: async () => {
        const started = performance.now();
        const outcome = await roller.roll(tenant, true);
        if (outcome !== 'done') throw new Error(`the roll is ${outcome}`);
        return (keys / (performance.now() - started)) * 1_000;
      },
    });
    return roll;
  } finally {
    await stores.close();
    await server.stop();
    await rm(dir, { recursive: true, force: true, maxRetries: 20 });
  }
}

async function makeKeys({ vault }: Stores, tenant: string, keys: number): Promise<void> {
  for (let from = 0; from < keys; from += KEYS_AT_ONCE) {
    const wanted = Array.from({ length: Math.min(KEYS_AT_ONCE, keys - from) }, (_, index) => ({
      ...{ scope: assetScope(`asset-${from + index}`), subject: null, createdAt: new Date(), store: true },
    }));
    await vault.ensureKeys(tenant, wanted);
  }
}

const ingestRate = (events: number, lasting: string): Promise<number> =>
  withService(
    async service => {
      const { url, tenant, key } = await openTenant(service, { pack: 'neuralseek' });
      const order = { url, tenant, key, run: 'epoch', from: 0, events, lazy: false };
      return events / (await bulkLoad({ ...order, connections: CONNECTIONS })).seconds;
    },
    { LETHE_EPOCH: lasting, LETHE_KEY_CACHE: 'PT0.2S' },
  );

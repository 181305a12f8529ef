import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createExtender } from '../../../src/application/transparency/extend.ts';
import { createPostgresTreeStore } from '../../../src/platform/postgres/tree-store.ts';
import { openTenant } from '../client.ts';
import { alternate, type Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import { benchDirectory } from '../postgres.ts';
import { startService } from '../service.ts';
import { withLog } from '../with-log.ts';

const CONNECTIONS = 4;
const POLL_MS = 50;
const RATE = {
  what: 'notary: leaves hashed, tiled, stored',
  unit: 'leaves/s',
  target: { atLeast: 100_000 },
};
const BEHIND = { what: 'the same, behind the bulk ingest at worst', unit: 's', target: { atMost: 2 } };

/** The trees of the ingested events, once while they come in and once from nothing. */
export const notary: Benchmark = {
  name: 'notary',
  lines: [RATE, BEHIND],
  run: async ({ runs, bulkEvents }) => {
    const dir = await benchDirectory();
    try {
      const behind = await secondsBehind(dir, bulkEvents);
      const { rate } = await alternate(runs, { rate: () => extendRate(dir) });
      const note = `${bulkEvents} events of one tenant`;
      return [
        { ...RATE, measured: rate, note: `${note}, read from the log as it was ingested` },
        { ...BEHIND, measured: behind, note: `${note}, ${CONNECTIONS} connections` },
      ];
    } finally {
      await rm(dir, { recursive: true, force: true, maxRetries: 20 });
    }
  },
};

/** The longest time, in seconds, that an event was in the log and not yet in its tree, while the bulk load runs. */
async function secondsBehind(dir: string, events: number): Promise<number> {
  const service = await startService(dir);
  const metrics = createWatcher(service.url);
  try {
    const { url, tenant, key } = await openTenant(service, { pack: 'neuralseek' });
    const watching = metrics.watch();
    const order = { url, tenant, key, run: 'notary', from: 0, events, connections: CONNECTIONS, lazy: false };
    await bulkLoad(order);
    metrics.stop();
    return await watching;
  } finally {
    await service.stop();
  }
}

/** Samples the service's own gauge of the notary's lag. */
function createWatcher(url: string): { watch(): Promise<number>; stop(): void } {
  let running = true;
  return {
    stop: () => {
      running = false;
    },
    watch: async () => {
      let worst = 0;
      while (running) {
        const text = await (await fetch(`${url}/metrics`)).text();
        worst = Math.max(worst, Number(/^lethe_tree_behind_seconds (\S+)$/m.exec(text)?.[1]));
        await delay(POLL_MS);
      }
      return worst;
    },
  };
}

/** The service's own extender on the service's own log, its trees gone. */
const extendRate = (dir: string): Promise<number> =>
  withLog(dir, async ({ log, writer, owner }) => {
    await owner.query('truncate tlog.trees, tlog.tiles, tlog.leaf_positions, tlog.checkpoints');
    await owner.query('update tlog.cursor set position = 0');
    const head = await log.head();
    const started = performance.now();
    await createExtender({ log, trees: createPostgresTreeStore({ writer }) }).catchUp();
    return (head / (performance.now() - started)) * 1_000;
  });

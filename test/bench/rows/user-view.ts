import { caughtUp, openTenant, type Client } from '../client.ts';
import type { Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import { percentile } from '../stats.ts';
import { withService } from '../with-service.ts';

const FEW_EVENTS = 10_000;
const PAGE = 50;
/** A user of whom a load of 10,000 events already has over a page of assets. */
const USER = 'reader';
const OWN_ASSETS = 60;

const LATENCY = {
  what: "the user's view, a page of 50, p99",
  unit: 'ms',
  target: { atMost: 10 },
};
const GROWTH = { what: 'the same beside 10,000 events, p99', unit: 'ms', target: { ratioAtMost: 1.5 } };

export const userView: Benchmark = {
  name: 'view',
  lines: [LATENCY, GROWTH],
  run: ({ manyEvents, requests }) =>
    withService(async service => {
      const client = await openTenant(service, { pack: 'neuralseek' });
      await client.post(
        '/events',
        Array.from({ length: OWN_ASSETS }, (_, n) => ownUpload(n)),
      );
      await load(client, 0, FEW_EVENTS);
      const few = await pageLatency(client, requests);
      await load(client, FEW_EVENTS, manyEvents - FEW_EVENTS);
      const many = await pageLatency(client, requests);
      const note = `${manyEvents} events in the log, one reader at a time, over HTTP`;
      return [
        { ...LATENCY, measured: many, note },
        { ...GROWTH, measured: many, yardstick: { what: 'at 10,000 events', value: few } },
      ];
    }),
};

const ownUpload = (n: number): object => ({
  specversion: '1.0',
  id: `own-${n}`,
  source: 'urn:lethe:bench:own',
  type: 'upload.received',
  subject: `own-asset-${n}`,
  data: { subject: USER, mediaType: 'image/png', content: `a picture of a pier, number ${n}` },
});

async function load(client: Client, from: number, events: number): Promise<void> {
  const { url, tenant, key } = client;
  const order = { url, tenant, key, run: 'view', from, events, connections: 4, lazy: true };
  const { position } = await bulkLoad(order);
  await caughtUp(client, position);
}

/** p99 in milliseconds, after a tenth more requests to warm up. */
async function pageLatency(client: Client, requests: number): Promise<number> {
  const warmUp = Math.ceil(requests / 10);
  const times: number[] = [];
  for (let request = 0; request < warmUp + requests; request++) {
    const started = performance.now();
    const page = (await client.get(`/subjects/${USER}/assets?limit=${PAGE}`)) as { items: unknown[] };
    times.push(performance.now() - started);
    if (page.items.length !== PAGE) throw new Error(`the page holds ${page.items.length} assets`);
  }
  return percentile(times.slice(warmUp), 0.99);
}

import { caughtUp, openTenant, type Client } from '../client.ts';
import type { Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import { percentile } from '../stats.ts';
import { withService } from '../with-service.ts';

const LINE = { what: 'inclusion proof by HTTP, p99', unit: 'ms', target: { atMost: 5 } };
const SIGNED_WITHIN_MS = 300_000;
/** A prime, so that the asked leaves are spread over the whole tree. */
const STRIDE = 7_919;

export const proof: Benchmark = {
  name: 'proof',
  lines: [LINE],
  run: ({ manyEvents, requests }) =>
    withService(async service => {
      const client = await openTenant(service, { pack: 'neuralseek' });
      const { url, tenant, key } = client;
      const order = {
        url,
        tenant,
        key,
        run: 'proof',
        from: 0,
        events: manyEvents,
        connections: 4,
        lazy: true,
      };
      const { position } = await bulkLoad(order);
      await caughtUp(client, position);
      await untilSigned(client, manyEvents);
      const measured = await latency(client, manyEvents, requests);
      return [{ ...LINE, measured, note: `among ${manyEvents} leaves, one reader at a time` }];
    }),
};

async function untilSigned(client: Client, size: number): Promise<void> {
  const deadline = performance.now() + SIGNED_WITHIN_MS;
  while (performance.now() < deadline) {
    const signed = await client.get(`/log/proof?index=${size - 1}&size=${size}`).then(
      () => true,
      () => false,
    );
    if (signed) return;
  }
  throw new Error('the tree was not signed in time');
}

async function latency(client: Client, size: number, requests: number): Promise<number> {
  const warmUp = Math.ceil(requests / 10);
  const times: number[] = [];
  for (let request = 0; request < warmUp + requests; request++) {
    const started = performance.now();
    await client.get(`/log/proof?index=${(request * STRIDE) % size}&size=${size}`);
    times.push(performance.now() - started);
  }
  return percentile(times.slice(warmUp), 0.99);
}

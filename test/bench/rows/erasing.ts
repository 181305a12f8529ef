import { setTimeout as delay } from 'node:timers/promises';
import { openTenant } from '../client.ts';
import type { Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import { withService } from '../with-service.ts';

const LINE = { what: 'erasing due assets', unit: 'assets/s', target: { atLeast: 5_000 } };
/** Long enough for the whole load to be in before its assets fall due, all at the same instant. */
const RETENTION_S = 60;
const POLL_MS = 50;

export const erasing: Benchmark = {
  name: 'erasing',
  lines: [LINE],
  run: ({ bulkEvents }) =>
    withService(async service => {
      const retention = { minRetention: 'PT0S', maxRetention: `PT${RETENTION_S}S` };
      const { url, tenant, key } = await openTenant(service, { pack: 'clarifai', ...retention });
      const order = {
        url,
        tenant,
        key,
        run: 'erasing',
        from: 0,
        events: bulkEvents,
        connections: 4,
        lazy: false,
      };
      const time = new Date();
      const { seconds } = await bulkLoad({ ...order, time: time.toISOString() });
      if (seconds > RETENTION_S - 10)
        throw new Error('the load came in too slowly to be there before it is due');
      const assets = bulkEvents / 2;
      const due = time.getTime() + RETENTION_S * 1_000;
      const measured = (assets / ((await erasedAt(service.url, assets)) - due)) * 1_000;
      const note = `${assets} assets due at the same instant, counted from then to the last one's erasure`;
      return [{ ...LINE, measured, note }];
    }),
};

/** The instant by which all of them are erased, as the service's own counter says. */
async function erasedAt(url: string, assets: number): Promise<number> {
  const deadline = Date.now() + 10 * RETENTION_S * 1_000;
  while (Date.now() < deadline) {
    if ((await erasures(url)) >= assets) return Date.now();
    await delay(POLL_MS);
  }
  throw new Error('not all due assets were erased');
}

async function erasures(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const values = metrics.matchAll(/^lethe_erasures_total(?:\{[^}]*\})? (\d+)$/gm);
  return [...values].reduce((sum, [, value]) => sum + Number(value), 0);
}

import { openTenant } from '../client.ts';
import { alternate, type Benchmark } from '../harness.ts';
import { singlesLoad } from '../load/singles.ts';
import { startYardstickServer } from '../postgres.ts';
import { median } from '../stats.ts';
import { withService } from '../with-service.ts';
import { openEmmett } from '../yardsticks/emmett.ts';

const CONNECTIONS = 64;
const CALLERS = 16;
const EMMETT_BATCH = 100;
/** Emmett appends so many events a measured second, roughly: enough for a rate. */
const EVENTS_A_SECOND = 2_000;

const RATE = {
  what: 'single events over HTTP, 64 connections',
  unit: 'events/s',
  target: { ratioAtLeast: 1.5 },
};
const LATENCY = { what: 'the same, p99', unit: 'ms', target: { atMost: 50 } };
const BATCHES = { what: "the same, beside Emmett's batches of 100", unit: 'events/s', target: {} };

export const singleEvents: Benchmark = {
  name: 'singles',
  lines: [RATE, LATENCY, BATCHES],
  run: async ({ runs, singlesSeconds: seconds }) => {
    const server = await startYardstickServer(CALLERS);
    const emmett = await openEmmett(server);
    try {
      const latencies: number[] = [];
      let count = 0;
      const { lethe, single, batch } = await withService(async service => {
        const { url, tenant, key } = await openTenant(service, { pack: 'neuralseek' });
        return alternate(runs, {
          single: () => emmett.rate(`single-${count++}`, seconds * EVENTS_A_SECOND, 1, CALLERS),
          lethe: async () => {
            const order = { url, tenant, key, run: `singles-${count++}`, connections: CONNECTIONS, seconds };
            const { perSecond, p99 } = await singlesLoad(order);
            latencies.push(p99);
            return perSecond;
          },
          batch: () => emmett.rate(`batch-${count++}`, seconds * EVENTS_A_SECOND, EMMETT_BATCH, CALLERS),
        });
      });
      const what = `Emmett on PostgreSQL, ${CALLERS} callers`;
      return [
        { ...RATE, measured: lethe, yardstick: { what: `${what}, appending singly`, value: single } },
        { ...LATENCY, measured: median(latencies) },
        {
          ...BATCHES,
          measured: lethe,
          yardstick: { what: `${what}, ${EMMETT_BATCH} an append`, value: batch },
        },
      ];
    } finally {
      await emmett.close();
      await server.stop();
    }
  },
};

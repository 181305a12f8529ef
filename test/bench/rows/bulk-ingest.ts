import { openTenant } from '../client.ts';
import { alternate, type Benchmark } from '../harness.ts';
import { bulkLoad } from '../load/bulk.ts';
import { startYardstickServer } from '../postgres.ts';
import { withService } from '../with-service.ts';
import { rawUnnestRate } from '../yardsticks/raw-unnest.ts';

const CONNECTIONS = 4;
const LINE = {
  what: 'bulk ingest over HTTP, sealed and durable',
  unit: 'events/s',
  target: { ratioAtLeast: 0.35 },
};
const CEILING = { what: 'the same, beside the strictest insert', unit: 'events/s', target: {} };

export const bulkIngest: Benchmark = {
  name: 'bulk',
  lines: [LINE, CEILING],
  run: async ({ runs, bulkEvents }) => {
    const server = await startYardstickServer(CONNECTIONS);
    try {
      const { lethe, driver, binary } = await withService(async service => {
        const { url, tenant, key } = await openTenant(service, { pack: 'neuralseek' });
        let from = 0;
        return alternate(runs, {
          driver: () => rawUnnestRate(server, bulkEvents, { encoded: 'by the driver', connections: 1 }),
          lethe: async () => {
            const order = { url, tenant, key, run: 'bulk', from, events: bulkEvents, lazy: false };
            from += bulkEvents;
            return bulkEvents / (await bulkLoad({ ...order, connections: CONNECTIONS })).seconds;
          },
          binary: () =>
            rawUnnestRate(server, bulkEvents, { encoded: 'beforehand', connections: CONNECTIONS }),
        });
      });
      return [
        {
          ...LINE,
          measured: lethe,
          yardstick: { what: 'raw unnest, one connection', value: driver },
          note: `${CONNECTIONS} connections; NDJSON, 1,000 a request, generations requested and completed, 0.8 kB of content each; aim 0.5`,
        },
        {
          ...CEILING,
          measured: lethe,
          yardstick: {
            what: `raw unnest, ${CONNECTIONS} connections, encoded beforehand`,
            value: binary,
          },
        },
      ];
    } finally {
      await server.stop();
    }
  },
};

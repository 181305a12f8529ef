import { setTimeout as delay } from 'node:timers/promises';
import { openTenant } from '../client.ts';
import { alternate, type Benchmark } from '../harness.ts';
import { withBroker } from '../kafka.ts';
import { bulkLoad } from '../load/bulk.ts';
import { withService } from '../with-service.ts';

const CONNECTIONS = 4;
const WITHIN_MS = 600_000;
const POLL_MS = 20;
const LINE = { what: 'publishing to Kafka, behind bulk ingest by', unit: 's', target: { atMost: 2 } };

export const kafkaOut: Benchmark = {
  name: 'kafka-out',
  lines: [LINE],
  run: async ({ runs, bulkEvents }) =>
    withBroker(address =>
      withService(
        async service => {
          const { url, tenant, key } = await openTenant(service, { pack: 'neuralseek' });
          let from = 0;
          const rates: number[] = [];
          const { behind } = await alternate(runs, {
            behind: async () => {
              const order = { url, tenant, key, run: 'bulk', from, events: bulkEvents, lazy: false };
              from += bulkEvents;
              const { seconds, position } = await bulkLoad({ ...order, connections: CONNECTIONS });
              rates.push(bulkEvents / seconds);
              return secondsUntil(url, position);
            },
          });
          const rate = Math.round(Math.max(...rates));
          const note = `until Kafka has the last of ${bulkEvents} events, ingested at up to ${rate} events/s beside it`;
          return [{ ...LINE, measured: behind, note }];
        },
        { KAFKA_BROKERS: address, KAFKA_OUT_TOPIC: 'out' },
      ),
    ),
};

/** How long from now until that many events of the log are published. */
async function secondsUntil(url: string, position: number): Promise<number> {
  const began = performance.now();
  while (performance.now() < began + WITHIN_MS) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const published = Number(/^lethe_kafka_out_events_total (\d+)/m.exec(text)?.[1] ?? 0);
    if (published >= position) return (performance.now() - began) / 1_000;
    await delay(POLL_MS);
  }
  throw new Error('the log was not published to its end');
}

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../../../src/platform/embedded-postgres/server.ts';
import { openTenant, type Client } from '../client.ts';
import { alternate, type Benchmark } from '../harness.ts';
import { readingRate, withBroker } from '../kafka.ts';
import { bulkLoad } from '../load/bulk.ts';
import { fillTopic } from '../load/topic.ts';
import { benchDirectory } from '../postgres.ts';
import { startService } from '../service.ts';

const CONNECTIONS = 4;
const PARTITIONS = 3;
const CONSUMERS = 2;
const LINE = {
  what: `ingest from Kafka, ${PARTITIONS} partitions, ${CONSUMERS} consumers`,
  unit: 'events/s',
  target: { ratioAtLeast: 0.8 },
};

export const kafkaIn: Benchmark = {
  name: 'kafka-in',
  lines: [LINE],
  run: async ({ runs, bulkEvents }) =>
    withBroker(async address => {
      const dir = await benchDirectory();
      const server = await startEmbeddedPostgres({ dataDir: join(dir, 'postgres'), log: () => undefined });
      const place = { dir, env: { DATABASE_URL: server.connectionString } };
      let run = 0;
      try {
        const { kafka, http } = await alternate(runs, {
          http: () => overHttp(place, `http-${run++}`, bulkEvents),
          kafka: () => overKafka(place, address, `kafka-${run++}`, bulkEvents),
        });
        const yardstick = { what: `bulk ingest over HTTP, ${CONNECTIONS} connections`, value: http };
        const note =
          'one CloudEvent a message, 0.8 kB of content; read from a full topic by two whole services';
        return [{ ...LINE, measured: kafka, yardstick, note }];
      } finally {
        await server.stop();
        await rm(dir, { recursive: true, force: true, maxRetries: 20 });
      }
    }),
};

interface Place {
  readonly dir: string;
  readonly env: Readonly<Record<string, string>>;
}

async function overHttp({ dir, env }: Place, run: string, events: number): Promise<number> {
  const service = await startService(dir, env);
  try {
    const { url, tenant, key } = await openTenant(service, { pack: 'neuralseek' });
    const order = { url, tenant, key, run, from: 0, events, connections: CONNECTIONS, lazy: false };
    return events / (await bulkLoad(order)).seconds;
  } finally {
    await service.stop();
  }
}

async function overKafka({ dir, env }: Place, address: string, run: string, events: number): Promise<number> {
  const { tenant } = await registered({ dir, env });
  const [topic, group] = [run, randomUUID()];
  await fillTopic({ address, topic, partitions: PARTITIONS, tenant, run, events });
  const kafka = {
    ...{ KAFKA_BROKERS: address, KAFKA_IN_TOPIC: topic, KAFKA_GROUP: group, KAFKA_TENANTS: tenant },
  };
  const services = await Promise.all(
    Array.from({ length: CONSUMERS }, () => startService(dir, { ...env, ...kafka })),
  );
  try {
    return await readingRate(address, { topic, group, events });
  } finally {
    await Promise.all(services.map(service => service.stop()));
  }
}

async function registered({ dir, env }: Place): Promise<Client> {
  const service = await startService(dir, env);
  try {
    return await openTenant(service, { pack: 'neuralseek' });
  } finally {
    await service.stop();
  }
}

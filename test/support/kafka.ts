import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel, Partitioners, type IHeaders } from 'kafkajs';
import { inject, vi } from 'vitest';
import { createBroker, hasJava, type Broker } from '../../infra/kafka/broker.ts';
import { askLazily, serveLazily, type LazyServer } from './lazy-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Starts the broker that all tests share, and tells its address. */
    testKafka: string;
  }
}

/** A broker that knows nothing yet, and its end. */
export async function startOwnBroker(): Promise<Broker & { destroy(): Promise<void> }> {
  if (!hasJava()) throw new Error('Kafka needs Java 17 or later');
  const dir = await mkdtemp(join(tmpdir(), 'lethe-kafka-'));
  const broker = await createBroker({ dir });
  await broker.start();
  const destroy = async (): Promise<void> => {
    await broker.kill();
    await rm(dir, { recursive: true, force: true });
  };
  return { ...broker, destroy };
}

/** For the global set-up. */
export const serveKafka = (): Promise<LazyServer> =>
  serveLazily(async () => {
    const broker = await startOwnBroker();
    return { address: broker.address, stop: () => broker.destroy() };
  });

/** Address of the broker that all tests share; undefined where it cannot run here. With CI=true that is a failure. */
export async function sharedBroker(): Promise<string | undefined> {
  try {
    return await askLazily(inject('testKafka'));
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    console.warn(`without Kafka: ${error instanceof Error ? error.message : 'it does not start'}`);
    return undefined;
  }
}

export interface TestMessage {
  readonly key: string | null;
  /** Undefined: by the key. */
  readonly partition?: number;
  readonly value: Buffer | string | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface TopicRecord {
  readonly partition: number;
  readonly offset: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer>>;
}

/** Topics as those who use the broker see them. */
export interface TestTopics {
  readonly address: string;
  create(partitions: number): Promise<string>;
  put(topic: string, ...messages: readonly TestMessage[]): Promise<void>;
  /** All messages of a topic, in order within a partition. */
  read(topic: string): Promise<TopicRecord[]>;
  /** What a group has read, by partition. */
  committed(topic: string, group: string): Promise<Map<number, number>>;
  close(): Promise<void>;
}

export async function openTopics(address: string): Promise<TestTopics> {
  const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING, retry: { retries: 30 } });
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  return {
    address,
    create: async numPartitions => {
      const topic = `test-${randomUUID()}`;
      const configEntries = [{ name: 'max.message.bytes', value: '8388608' }];
      await admin.createTopics({ topics: [{ topic, numPartitions, configEntries }], waitForLeaders: false });
      // Until each partition has its leader.
      await vi.waitFor(() => admin.fetchTopicOffsets(topic), { timeout: 10_000, interval: 20 });
      return topic;
    },
    put: async (topic, ...messages) => {
      await producer.send({ topic, messages: messages.map(message => ({ ...message })) });
    },
    read: topic => readAll(kafka, topic),
    committed: async (topic, groupId) => {
      const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
      return new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    },
    close: async () => {
      await Promise.all([admin.disconnect(), producer.disconnect()]);
    },
  };
}

/** A reader of its own, which shares no code with the service. */
async function readAll(kafka: Kafka, topic: string): Promise<TopicRecord[]> {
  const admin = kafka.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  const left = new Map(
    offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, Number(high)]),
  );
  const groupId = `read-${randomUUID()}`;
  const found: TopicRecord[] = [];
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const run = consumer.run({
      eachBatch: ({ batch }) => {
        const { partition, messages } = batch;
        for (const { offset, key, value, headers = {} } of messages)
          found.push({ partition, offset, key: key?.toString() ?? null, value, headers: bytesOf(headers) });
        if (Number(batch.lastOffset()) + 1 >= (left.get(partition) ?? 0)) left.delete(partition);
        if (left.size === 0) resolve();
        return Promise.resolve();
      },
    });
    run.catch(reject);
    if (left.size === 0) resolve();
  });
  await consumer.disconnect();
  await admin.disconnect();
  return found;
}

const bytesOf = (headers: IHeaders): Record<string, Buffer> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from((value ?? '') as Buffer | string)]),
  );

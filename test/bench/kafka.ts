import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { createBroker } from '../../infra/kafka/broker.ts';
import { benchDirectory } from './postgres.ts';

const WITHIN_MS = 600_000;
const POLL_MS = 20;

/** Gives a broker of its own to `use`; it is gone afterwards. */
export async function withBroker<T>(use: (address: string) => Promise<T>): Promise<T> {
  const dir = await benchDirectory();
  const broker = await createBroker({ dir });
  try {
    await broker.start();
    return await use(broker.address);
  } finally {
    await broker.kill();
    await rm(dir, { recursive: true, force: true, maxRetries: 20 });
  }
}

/** What a group reads while its members find together is not measured. */
const WARM_UP = 0.1;

/** Events a second at which a group reads a topic. */
export async function readingRate(
  address: string,
  { topic, group, events }: { readonly topic: string; readonly group: string; readonly events: number },
): Promise<number> {
  const admin = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    let began: { readonly at: number; readonly read: number } | undefined;
    for (const deadline = performance.now() + WITHIN_MS; performance.now() < deadline;) {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      const read = found?.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0) ?? 0;
      const at = performance.now();
      if (read > events * WARM_UP) began ??= { at, read };
      if (began !== undefined && read >= events) return ((events - began.read) / (at - began.at)) * 1_000;
      await delay(POLL_MS);
    }
    throw new Error('the topic was not read to its end');
  } finally {
    await admin.disconnect();
  }
}

import type { Kafka, KafkaMessage } from 'kafkajs';

/** A message and the partition that it is in. */
export interface ReadMessage {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** A fetch that is under way at the end is waited for. */
const FETCH_MS = 100;

/**
 * Every message of a topic, up to its end as it is now, in order within a partition. Reads as a group of that name, commits
 * nothing, and leaves the group behind empty.
 */
export async function readTopic(kafka: Kafka, topic: string, group: string): Promise<ReadMessage[]> {
  const ends = await endsOf(kafka, topic);
  if (ends.size === 0) return [];
  const consumer = kafka.consumer({
    groupId: group,
    maxWaitTimeInMs: FETCH_MS,
    allowAutoTopicCreation: false,
  });
  const found: ReadMessage[] = [];
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      const run = consumer.run({
        autoCommit: false,
        eachBatch: ({ batch }) => {
          const { partition, messages } = batch;
          found.push(...messages.map(message => ({ partition, message })));
          if (BigInt(batch.lastOffset()) + 1n >= (ends.get(partition) ?? 0n)) ends.delete(partition);
          if (ends.size === 0) resolve();
          return Promise.resolve();
        },
      });
      run.catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return found;
}

/** The offset behind the last message, of every partition that has any. */
async function endsOf(kafka: Kafka, topic: string): Promise<Map<number, bigint>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(
      offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, BigInt(high)]),
    );
  } finally {
    await admin.disconnect();
  }
}

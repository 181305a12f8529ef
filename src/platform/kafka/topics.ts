import type { Admin, IResourceConfigEntry, Kafka } from 'kafkajs';
import { kafkaError } from './kafka-errors.ts';

/** What a broker decides by itself. */
const AS_THE_BROKER_HAS_IT = -1;

export type TopicSettings = Readonly<Record<string, string>>;

/** Makes what is missing, once; rejects with `kafka-unavailable` or `kafka-refused`, and is then to be called again. */
export type Preparation = () => Promise<void>;

/** Makes topics that are missing, with the broker's own partitions and replicas; one that is there stays as it is. */
export function preparation(kafka: Kafka, topics: Readonly<Record<string, TopicSettings>>): Preparation {
  let isDone = false;
  return async () => {
    if (isDone) return;
    const admin = kafka.admin();
    try {
      await admin.connect();
      for (const [topic, settings] of Object.entries(topics)) await ensureTopic(admin, topic, settings);
      isDone = true;
    } catch (error) {
      throw kafkaError(error);
    } finally {
      await admin.disconnect();
    }
  };
}

async function ensureTopic(admin: Admin, topic: string, settings: TopicSettings): Promise<void> {
  if ((await admin.listTopics()).includes(topic)) return;
  const configEntries: IResourceConfigEntry[] = Object.entries(settings).map(([name, value]) => ({
    name,
    value,
  }));
  const numPartitions = AS_THE_BROKER_HAS_IT;
  const replicationFactor = AS_THE_BROKER_HAS_IT;
  await admin.createTopics({
    // Whoever uses it next asks until it has one; asked here, a broker that does not know it yet is an error.
    waitForLeaders: false,
    topics: [{ topic, numPartitions, replicationFactor, configEntries }],
  });
}

/** The largest event that Lethe takes, sealed, fits. */
export const LARGE_MESSAGES: TopicSettings = { 'max.message.bytes': String(8 * 1024 * 1024) };

/** Published events go when they have had their time, whoever has read them. */
export const publishedSettings = (retentionMs: number): TopicSettings => ({
  ...LARGE_MESSAGES,
  'retention.ms': String(retentionMs),
});

/** Letters that are settled leave, all leave when they have had their time. */
export const deadLetterSettings = (lifeMs: number): TopicSettings => ({
  ...LARGE_MESSAGES,
  'cleanup.policy': 'compact,delete',
  'retention.ms': String(lifeMs),
});

import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { eventText } from '../payload.ts';
import type { TopicOrder } from './topic.ts';

const AT_ONCE = 500;

/** A process of its own, as every load. */
process.once('message', order => {
  run(order as TopicOrder).then(
    () => process.send?.({}, () => process.disconnect?.()),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    },
  );
});

const HEADERS = { 'content-type': 'application/cloudevents+json' };

async function run({ address, topic, partitions, tenant, run: name, events }: TopicOrder): Promise<void> {
  const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }] });
  await admin.disconnect();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  for (let from = 0; from < events; from += AT_ONCE) {
    const count = Math.min(AT_ONCE, events - from);
    const messages = Array.from({ length: count }, (_, index) => {
      const n = from + index;
      const value = eventText(name, n).replace('{', `{"lethetenant":"${tenant}",`);
      // Both events of a generation have one key, and so one order.
      return { key: String(Math.floor(n / 2)), value, headers: HEADERS };
    });
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

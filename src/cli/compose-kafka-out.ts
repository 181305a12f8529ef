import type { Logger } from 'pino';
import type { SiemSink } from '../domain/ports/siem-sink.ts';
import type { KafkaConfig } from '../platform/kafka/kafka-config.ts';
import { createKafkaSiemSink } from '../platform/kafka/siem-sink.ts';
import { createTopicWriter } from '../platform/kafka/topic-writer.ts';
import { preparation, publishedSettings } from '../platform/kafka/topics.ts';
import { createPostgresDeliveryCursors } from '../platform/postgres/delivery-cursors.ts';
import { createDelivery } from '../workers/delivery.ts';
import { createPublisher } from '../workers/kafka/publisher.ts';
import type { Worker } from '../workers/loop.ts';
import { connectKafka, type Watched } from './compose-kafka.ts';
import type { Stores } from './stores.ts';

/** Events of the log that are read at once. */
const BATCH = 2_000;
const SOON_MS = 100;

/** Publishes the log to a topic, where one is named: one process at a time. */
export function createKafkaPublishers(
  { log, writer, leases }: Pick<Stores, 'log' | 'writer' | 'leases'>,
  config: KafkaConfig,
  { logger, metrics: { kafka: metrics } }: Watched,
): Worker[] {
  if (config.out === undefined) return [];
  const { topic, retentionMs } = config.out;
  const kafka = connectKafka(config, logger);
  const prepare = preparation(kafka, { [topic]: publishedSettings(retentionMs) });
  const topicWriter = createTopicWriter(kafka, prepare);
  const publisher = createDelivery({
    log,
    sink: createPublisher(topic, topicWriter),
    cursors: createPostgresDeliveryCursors({ writer }),
    exclusively: (name, work) => leases.run(name, work),
    batchSize: BATCH,
    idleMs: SOON_MS,
    aheadCode: 'kafka-ahead',
    onDelivered: ({ events, lag }) => {
      metrics.published.inc(events);
      metrics.outLag.set(lag);
    },
    onElsewhere: () => metrics.outLag.reset(),
    onError: error => {
      metrics.outFailures.inc();
      logger.error({ err: error }, 'Kafka takes no events, tries again');
    },
  });
  return [publisher];
}

/** A topic that a SIEM reads, where one is named. */
export function createKafkaSiemSinks(config: KafkaConfig, logger: Logger): SiemSink[] {
  const topic = config.siemTopic;
  if (topic === undefined) return [];
  const kafka = connectKafka(config, logger);
  return [createKafkaSiemSink(topic, createTopicWriter(kafka, preparation(kafka, { [topic]: {} })))];
}

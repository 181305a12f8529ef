import type { Kafka } from 'kafkajs';
import type { Logger } from 'pino';
import { createLetters, type Letters } from '../application/dead-letters/letters.ts';
import { DEAD_LETTER_SCOPES } from '../application/dead-letters/days.ts';
import { expireDeadLetters } from '../application/dead-letters/expiry.ts';
import type { Ingest } from '../application/ingest/requests.ts';
import { createSift, type Sift } from '../application/ingest/sift.ts';
import type { DeadLetterBox } from '../domain/ports/dead-letters.ts';
import { createKafka } from '../platform/kafka/client.ts';
import { createDeadLetterTopic } from '../platform/kafka/dead-letter-topic.ts';
import { createGroupLag } from '../platform/kafka/group-lag.ts';
import type { KafkaConfig, KafkaIn } from '../platform/kafka/kafka-config.ts';
import { createMessageFeed } from '../platform/kafka/message-feed.ts';
import { createTopicWriter } from '../platform/kafka/topic-writer.ts';
import { deadLetterSettings, LARGE_MESSAGES, preparation } from '../platform/kafka/topics.ts';
import type { Metrics } from '../platform/metrics.ts';
import { isConnectionLost, isTransient } from '../platform/postgres/database-errors.ts';
import { livingKeysUnder } from '../platform/postgres/dead-letter-keys.ts';
import { createDeadLetterExpirer } from '../workers/kafka/dead-letter-expirer.ts';
import { createKafkaIntake } from '../workers/kafka/intake.ts';
import { createLagWatch } from '../workers/kafka/lag-watch.ts';
import type { Worker } from '../workers/loop.ts';
import { systemClock } from './compose.ts';
import type { Stores } from './stores.ts';
import { attemptsOf } from './tenant-attempts.ts';

const LAG_EVERY_MS = 2_000;
const HOURLY_MS = 3_600_000;
/** Together some seconds: longer, and an event about an asset that never comes would hold its partition back. */
const STRAGGLER_WAITS_MS = [250, 750, 2_000];

export interface Watched {
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export const connectKafka = (config: KafkaConfig, logger: Logger): Kafka =>
  createKafka(config, (level, message) => logger[level]({ component: 'kafka' }, message));

/** What seals and keeps what could not be taken from a topic. */
export interface DeadLetters {
  readonly letters: Letters;
  readonly box: DeadLetterBox;
}

export function composeDeadLetters(
  kafka: Kafka,
  { deadTopic, deadLifeMs }: KafkaIn,
  { vault }: Pick<Stores, 'vault'>,
): DeadLetters {
  const prepare = preparation(kafka, { [deadTopic]: deadLetterSettings(deadLifeMs) });
  const writer = createTopicWriter(kafka, prepare);
  return {
    letters: createLetters({ vault, clock: systemClock }),
    box: createDeadLetterTopic({ kafka, writer, topic: deadTopic, prepare }),
  };
}

export const composeSift = (ingest: Ingest, logger: Logger): Sift =>
  createSift({
    ingest,
    isOutage: error => isConnectionLost(error) || isTransient(error),
    onDefect: error => logger.error({ err: error }, 'an event from Kafka brought out a defect'),
  });

/** What every process with workers takes from Kafka: the consumer group shares the partitions out. */
export function createKafkaConsumers(
  stores: Stores,
  config: KafkaConfig,
  { ingest, ...watched }: Watched & { readonly ingest: Ingest },
): Worker[] {
  if (config.in === undefined) return [];
  const { logger, metrics } = watched;
  const kafka = connectKafka(config, logger);
  return [
    createIntake(kafka, config.in, { ...composeDeadLetters(kafka, config.in, stores), ingest, ...watched }),
    createLagWatch({
      lag: createGroupLag(kafka, config.in),
      idleMs: LAG_EVERY_MS,
      onLag: (partition, messages) => metrics.kafka.inLag.set({ partition: String(partition) }, messages),
      onError: tellUnreached(logger),
    }),
    createExpirer(stores, config.in, logger),
  ];
}

const tellUnreached =
  (logger: Logger) =>
  (error: unknown): void =>
    logger.error({ err: error }, 'Kafka not reached, tries again');

function createIntake(
  kafka: Kafka,
  { topic, group, tenants, deadTopic, deadLifeMs }: KafkaIn,
  { letters, box, ingest, logger, metrics }: DeadLetters & Watched & { readonly ingest: Ingest },
): Worker {
  const onWaiting = (error: unknown): void => {
    metrics.kafka.waits.inc();
    logger.warn({ err: error }, 'a batch from Kafka waits');
  };
  return createKafkaIntake({
    feed: createMessageFeed({
      ...{ kafka, topic, group },
      // Of the dead letters too, so that whoever looks for them finds none, and not no topic.
      prepare: preparation(kafka, { [topic]: LARGE_MESSAGES, [deadTopic]: deadLetterSettings(deadLifeMs) }),
      onError: tellUnreached(logger),
    }),
    ...{ letters, deadLetters: box, sift: composeSift(ingest, logger) },
    mayWrite: tenant => tenants?.has(tenant) ?? true,
    stragglerWaitsMs: STRAGGLER_WAITS_MS,
    onTaken: events => metrics.kafka.taken.inc(events),
    onRefused: code => metrics.kafka.refused.inc({ code }),
    onWaiting,
  });
}

const createExpirer = (
  { vault, writer }: Pick<Stores, 'vault' | 'writer'>,
  { deadLifeMs }: KafkaIn,
  logger: Logger,
): Worker => {
  const attempts = attemptsOf('dead-letter-expirer', logger);
  return createDeadLetterExpirer({
    expire: () =>
      expireDeadLetters({
        ...{ vault, attempts, clock: systemClock, lifeMs: deadLifeMs },
        livingKeys: () => livingKeysUnder(writer, DEAD_LETTER_SCOPES),
      }),
    idleMs: HOURLY_MS,
    onError: error => logger.error({ err: error }, 'dead letters not ended, tries again'),
  });
};

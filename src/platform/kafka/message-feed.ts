import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, Kafka } from 'kafkajs';
import type { FeedBatch, MessageFeed } from '../../domain/ports/message-feed.ts';
import { createReading } from './reading.ts';
import type { Preparation } from './topics.ts';

export interface MessageFeedOptions {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly group: string;
  readonly prepare: Preparation;
  readonly onError: (error: unknown) => void;
}

/** A consumer that is gone is noticed after this time: within ten seconds its partitions are another's. */
const SESSION_MS = 8_000;
const HEARTBEAT_MS = 1_500;
/** Of one batch: some thousand events. */
const PARTITION_BYTES = 1024 * 1024;
/** How long a fetch waits for messages: partitions that are ready to go on wait as long. */
const FETCH_MS = 100;
const RECONNECT_MS = 1_000;

export type Handler = (batch: FeedBatch, signal: AbortSignal) => Promise<void>;

/** A member of a consumer group. Offsets are committed by hand, after the handler, and by nothing else. */
export function createMessageFeed({
  kafka,
  topic,
  group,
  prepare,
  onError,
}: MessageFeedOptions): MessageFeed {
  let stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const consume = async (handler: Handler, signal: AbortSignal): Promise<void> => {
    await prepare();
    const consumer = kafka.consumer({
      groupId: group,
      sessionTimeout: SESSION_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxBytesPerPartition: PARTITION_BYTES,
      maxWaitTimeInMs: FETCH_MS,
      allowAutoTopicCreation: false,
    });
    const reading = createReading({ consumer, topic, handler, signal, onError });
    try {
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      const over = Promise.race([ended(consumer, signal), reading.failed]);
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: payload => {
          reading.take(payload);
          return Promise.resolve();
        },
      });
      await over;
    } finally {
      await reading.drained();
      await consumer.disconnect();
    }
  };

  const run = async (handler: Handler, signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      try {
        await consume(handler, signal);
      } catch (error) {
        onError(error);
        await delay(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  };

  return {
    start: handler => {
      stopping = new AbortController();
      running = run(handler, stopping.signal);
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Resolves at the signal; rejects when the consumer has crashed for good: most crashes it mends by itself. */
function ended(consumer: Consumer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error);
    });
    signal.addEventListener('abort', () => resolve());
    if (signal.aborted) resolve();
  });
}

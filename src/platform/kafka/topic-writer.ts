import { Partitioners, type Kafka, type Message, type Producer } from 'kafkajs';
import type { TopicMessage, TopicWriter } from '../../domain/ports/topic-writer.ts';
import { kafkaError } from './kafka-errors.ts';
import type { Preparation } from './topics.ts';

/** A request carries one batch a partition, and all may be for one: brokers refuse batches over 1 MiB unless told otherwise. */
const REQUEST_BYTES = 900_000;
/** Of a record beside its key, value and headers' values, at most. */
const RECORD_BYTES = 128;

/**
 * Idempotent, one request at a time: a retry within the client doubles nothing and reorders nothing. The partitioner is
 * Java's (murmur2), so that whoever knows a key knows its partition. After a failure the next call has a new producer: the
 * old one's sequence numbers may be out of step with the broker's.
 */
export function createTopicWriter(kafka: Kafka, prepare: Preparation): TopicWriter {
  // The promise, so that calls at the same time share one connection.
  let producer: Promise<Producer> | undefined;

  const close = async (): Promise<void> => {
    const closing = producer;
    producer = undefined;
    await (await closing?.catch(() => undefined))?.disconnect();
  };

  return {
    send: async (topic, messages) => {
      const connecting = (producer ??= connect(kafka, prepare));
      try {
        const open = await connecting;
        for (const request of requestsOf(messages)) await open.send({ topic, acks: -1, messages: request });
      } catch (error) {
        // Another call's failure may have replaced it already.
        if (producer === connecting) await close().catch(() => undefined);
        throw kafkaError(error);
      }
    },
    close,
  };
}

async function connect(kafka: Kafka, prepare: Preparation): Promise<Producer> {
  await prepare();
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  try {
    await producer.connect();
    return producer;
  } catch (error) {
    // It may have got as far as a socket: nobody else would close it.
    await producer.disconnect().catch(() => undefined);
    throw error;
  }
}

function* requestsOf(messages: readonly TopicMessage[]): Generator<Message[]> {
  let request: Message[] = [];
  let size = 0;
  for (const { key, value, headers } of messages) {
    const bytes = sizeOf({ key, value, headers });
    if (request.length > 0 && size + bytes > REQUEST_BYTES) {
      yield request;
      [request, size] = [[], 0];
    }
    request.push({ key, value, headers: { ...headers } });
    size += bytes;
  }
  if (request.length > 0) yield request;
}

function sizeOf({ key, value, headers }: TopicMessage): number {
  let bytes = RECORD_BYTES + key.length + (value?.length ?? 0);
  for (const header of Object.values(headers)) bytes += header.length;
  return bytes;
}

import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { z } from 'zod';
import type { DeadLetter, DeadLetterBox } from '../../domain/ports/dead-letters.ts';
import type { TopicMessage, TopicWriter } from '../../domain/ports/topic-writer.ts';
import { kafkaError } from './kafka-errors.ts';
import { headersOf } from './headers.ts';
import { readTopic, type ReadMessage } from './read-topic.ts';
import type { Preparation } from './topics.ts';

interface Deps {
  readonly kafka: Kafka;
  readonly writer: TopicWriter;
  readonly topic: string;
  readonly prepare: Preparation;
}

/** Dead letters in a topic that is compacted by their ids: settling one is a tombstone. */
export function createDeadLetterTopic({ kafka, writer, topic, prepare }: Deps): DeadLetterBox {
  return {
    put: letters => writer.send(topic, letters.map(toMessage)),
    close: () => writer.close(),
    settle: ids =>
      writer.send(
        topic,
        ids.map(key => ({ key, value: null, headers: {} })),
      ),
    list: async () => {
      await prepare();
      const messages = await readTopic(kafka, topic, `lethe-dead-letters-${randomUUID()}`).catch(
        (error: unknown) => {
          throw kafkaError(error);
        },
      );
      return standing(messages).toSorted((a, b) => a.at.getTime() - b.at.getTime());
    },
  };
}

/** Of the letters of one id the last counts; compaction may not have come to them yet. */
function standing(messages: readonly ReadMessage[]): DeadLetter[] {
  const letters = new Map<string, DeadLetter>();
  for (const { message } of messages) {
    const id = message.key?.toString('utf8') ?? '';
    if (message.value === null) letters.delete(id);
    else letters.set(id, toLetter(id, message.value, headersOf(message.headers)));
  }
  return [...letters.values()];
}

/** No letter is without a value: that would take it out. */
const NOTHING_SEALED = Buffer.alloc(0);

const toMessage = ({ id, origin, code, reason, at, tenant, sealed }: DeadLetter): TopicMessage => ({
  key: id,
  value: sealed?.blob ?? NOTHING_SEALED,
  headers: {
    'lethe-code': code,
    'lethe-reason': reason,
    'lethe-at': at.toISOString(),
    'lethe-origin': JSON.stringify(origin),
    ...(tenant === undefined ? {} : { 'lethe-tenant': tenant }),
    ...(sealed === undefined ? {} : { 'lethe-scope': sealed.scope }),
  },
});

const letterHeaders = z.object({
  'lethe-code': z.string(),
  'lethe-reason': z.string(),
  'lethe-at': z.iso.datetime(),
  'lethe-origin': z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(
      z.object({
        topic: z.string(),
        partition: z.int(),
        offset: z.string(),
        index: z.int(),
      }),
    ),
  'lethe-tenant': z.string().optional(),
  'lethe-scope': z.string().optional(),
});

function toLetter(id: string, blob: Buffer, raw: Readonly<Record<string, Buffer>>): DeadLetter {
  const texts = Object.fromEntries(
    Object.entries(raw).map(([name, bytes]) => [name, bytes.toString('utf8')]),
  );
  const headers = letterHeaders.parse(texts);
  const scope = headers['lethe-scope'];
  return {
    id,
    origin: headers['lethe-origin'],
    code: headers['lethe-code'],
    reason: headers['lethe-reason'],
    at: new Date(headers['lethe-at']),
    tenant: headers['lethe-tenant'],
    sealed: scope === undefined ? undefined : { scope, blob },
  };
}

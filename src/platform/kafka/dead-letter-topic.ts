import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';
import { z } from 'zod';
import type {
  DeadLetter,
  DeadLetterBox,
  ListedLetters,
  UnreadableLetter,
} from '../../domain/ports/dead-letters.ts';
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
      return listed(standing(messages));
    },
  };
}

/** Of the records of one id the last counts; compaction may not have come to them yet. One without an id stands alone. */
function standing(records: readonly ReadMessage[]): ReadMessage[] {
  const last = new Map<string, ReadMessage>();
  for (const record of records) {
    const { partition, message } = record;
    const id = message.key?.toString('utf8') ?? `${partition}@${message.offset}`;
    if (message.value === null) last.delete(id);
    else last.set(id, record);
  }
  return [...last.values()];
}

function listed(records: readonly ReadMessage[]): ListedLetters {
  const letters: DeadLetter[] = [];
  const unreadable: UnreadableLetter[] = [];
  for (const { partition, message } of records) {
    const letter = toLetter(message);
    if (letter === undefined)
      unreadable.push({ partition, offset: message.offset, code: 'dead-letter-unreadable' });
    else letters.push(letter);
  }
  return { letters: letters.toSorted((a, b) => a.at.getTime() - b.at.getTime()), unreadable };
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
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue('not JSON');
        return z.NEVER;
      }
    })
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

/** Undefined where the record is no letter. */
function toLetter({ key, value, headers: raw }: ReadMessage['message']): DeadLetter | undefined {
  const texts = Object.entries(headersOf(raw)).map(([name, bytes]) => [name, bytes.toString('utf8')]);
  const { data: headers } = letterHeaders.safeParse(Object.fromEntries(texts));
  if (headers === undefined || key === null || value === null) return undefined;
  const scope = headers['lethe-scope'];
  return {
    id: key.toString('utf8'),
    origin: headers['lethe-origin'],
    code: headers['lethe-code'],
    reason: headers['lethe-reason'],
    at: new Date(headers['lethe-at']),
    tenant: headers['lethe-tenant'],
    sealed: scope === undefined ? undefined : { scope, blob: value },
  };
}

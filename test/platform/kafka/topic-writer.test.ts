import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createKafka } from '../../../src/platform/kafka/client.ts';
import { createTopicWriter } from '../../../src/platform/kafka/topic-writer.ts';
import { LARGE_MESSAGES, preparation } from '../../../src/platform/kafka/topics.ts';
import type { TopicMessage, TopicWriter } from '../../../src/domain/ports/topic-writer.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { openTopics, sharedBroker, type TestTopics } from '../../support/kafka.ts';

const broker = await sharedBroker();
const security = { tls: undefined, sasl: undefined };
const kafkaAt = (address: string) =>
  createKafka({ brokers: [address], clientId: 'test', security }, () => undefined);
const message = (key: string, n: number, bytes = 4): TopicMessage => ({
  key,
  value: Buffer.alloc(bytes, n % 256),
  headers: { n: String(n) },
});

describe.skipIf(broker === undefined)('writing to a topic', () => {
  let topics: TestTopics;
  let writer: TopicWriter;
  beforeAll(async () => {
    topics = await openTopics(broker ?? '');
    writer = createTopicWriter(kafkaAt(topics.address), () => Promise.resolve());
  });
  afterAll(async () => {
    await writer.close();
    await topics.close();
  });

  test('keeps the order of each key, over more than a request holds', async () => {
    const topic = await topics.create(3);
    const keys = ['a', 'b', 'c', 'd', 'e'];
    const sent = Array.from({ length: 2_000 }, (_, n) => message(keys[n % 5] ?? '', n, 1_024));
    await writer.send(topic, sent);
    const records = await topics.read(topic);
    expect(records).toHaveLength(2_000);
    for (const key of keys) {
      const found = records.filter(record => record.key === key);
      expect(new Set(found.map(({ partition }) => partition)).size).toBe(1);
      expect(found.map(({ headers }) => String(headers['n']))).toEqual(
        sent.filter(one => one.key === key).map(({ headers }) => headers['n']),
      );
    }
  });

  test.each(['a', 'user-21', 'tenant/subject', '', 'éà', 'x'.repeat(100)])(
    'puts the key %j where Java’s client does',
    async key => {
      const topic = await topics.create(4);
      await writer.send(topic, [message(key, 1)]);
      const [record] = await topics.read(topic);
      expect(record?.partition).toBe(javaPartition(key, 4));
    },
  );

  test('takes the largest event that Lethe does', async () => {
    const topic = await topics.create(1);
    await writer.send(topic, [message('a', 1, 10), message('a', 2, 4_000_000), message('a', 3, 10)]);
    expect((await topics.read(topic)).map(({ value }) => value?.length)).toEqual([10, 4_000_000, 10]);
  });

  test('says what somebody has to change, and goes on afterwards', async () => {
    const topic = await topics.create(1);
    const tooLarge = writer.send(topic, [message('a', 1, 9_000_000)]);
    await expect(tooLarge).rejects.toMatchObject({ code: 'kafka-refused', message: /MESSAGE_TOO_LARGE/ });
    await writer.send(topic, [message('a', 2)]);
    expect(await topics.read(topic)).toHaveLength(1);
  });

  test('can be closed and used again', async () => {
    const topic = await topics.create(1);
    await writer.send(topic, [message('a', 1)]);
    await writer.close();
    await writer.send(topic, [message('a', 2)]);
    expect(await topics.read(topic)).toHaveLength(2);
  });

  test('connects once, however many write at the same time', async () => {
    const topic = await topics.create(1);
    const kafka = kafkaAt(topics.address);
    const producers = vi.spyOn(kafka, 'producer');
    const own = createTopicWriter(kafka, () => Promise.resolve());
    await Promise.all([own.send(topic, [message('a', 1)]), own.send(topic, [message('a', 2)])]);
    await own.close();
    expect(producers).toHaveBeenCalledTimes(1);
    expect(await topics.read(topic)).toHaveLength(2);
  });

  test('makes the topic where it is missing, and leaves one that is there as it is', async () => {
    const kafka = kafkaAt(topics.address);
    const topic = `made-${Date.now()}`;
    const own = createTopicWriter(kafka, preparation(kafka, { [topic]: LARGE_MESSAGES }));
    await own.send(topic, [message('a', 1, 2_000_000)]);
    await preparation(kafka, { [topic]: {} })();
    expect(await topics.read(topic)).toHaveLength(1);
    await own.close();
  });

  test('is unavailable while there is no broker', async () => {
    const kafka = createKafka({ brokers: ['127.0.0.1:1'], clientId: 'test', security }, () => undefined);
    const nowhere = createTopicWriter(kafka, preparation(kafka, { any: {} }));
    expect(await rejectionCode(nowhere.send('any', [message('a', 1)]))).toBe('kafka-unavailable');
  }, 30_000);
});

/** MurmurHash2 as Java's client has it, written for this test: 32 bits, seed 0x9747b28c. */
function javaPartition(key: string, partitions: number): number {
  const data = Buffer.from(key);
  const M = 0x5bd1e995;
  let h = (0x9747b28c ^ data.length) | 0;
  const whole = data.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(data.readInt32LE(at), M);
    k = Math.imul(k ^ (k >>> 24), M);
    h = Math.imul(h, M) ^ k;
  }
  const rest = data.subarray(whole);
  if (rest.length > 0) {
    rest.forEach((byte, index) => (h ^= byte << (8 * index)));
    h = Math.imul(h, M);
  }
  h = Math.imul(h ^ (h >>> 13), M);
  h ^= h >>> 15;
  return (h & 0x7fffffff) % partitions;
}

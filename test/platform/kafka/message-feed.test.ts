import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FeedBatch, MessageFeed } from '../../../src/domain/ports/message-feed.ts';
import { createKafka } from '../../../src/platform/kafka/client.ts';
import { createGroupLag } from '../../../src/platform/kafka/group-lag.ts';
import { createMessageFeed } from '../../../src/platform/kafka/message-feed.ts';
import { openTopics, sharedBroker, type TestTopics } from '../../support/kafka.ts';

const broker = await sharedBroker();
const PATIENCE = { timeout: 30_000, interval: 20 };

describe.skipIf(broker === undefined)('a feed of messages', () => {
  let topics: TestTopics;
  let topic: string;
  let group: string;
  let feeds: MessageFeed[] = [];
  let errors: unknown[] = [];
  const kafka = createKafka(
    { brokers: [broker ?? ''], clientId: 'test', security: { tls: undefined, sasl: undefined } },
    () => undefined,
  );
  beforeAll(async () => {
    topics = await openTopics(broker ?? '');
  });
  afterAll(() => topics.close());
  beforeEach(async () => {
    [topic, group] = [await topics.create(3), randomUUID()];
    [feeds, errors] = [[], []];
  });
  afterEach(async () => {
    await Promise.all(feeds.map(feed => feed.stop()));
  });

  const feed = (): MessageFeed => {
    const onError = (error: unknown): number => errors.push(error);
    const made = createMessageFeed({ kafka, topic, group, prepare: () => Promise.resolve(), onError });
    feeds.push(made);
    return made;
  };
  const put = (partition: number, ...values: readonly string[]): Promise<void> =>
    topics.put(topic, ...values.map(value => ({ key: null, partition, value, headers: {} })));
  const valuesOf = ({ messages }: FeedBatch): string[] => messages.map(({ value }) => String(value));
  const read = (partition: number): Promise<number | undefined> =>
    topics.committed(topic, group).then(found => found.get(partition));

  test('hands over each partition in order, and counts as read what is handled', async () => {
    const found = new Map<number, string[]>();
    await put(0, 'a', 'b');
    await put(1, 'c');
    feed().start(batch => {
      found.set(batch.partition, [...(found.get(batch.partition) ?? []), ...valuesOf(batch)]);
      return Promise.resolve();
    });
    await vi.waitFor(() => expect(found.get(1)).toEqual(['c']), PATIENCE);
    await put(0, 'd');
    await vi.waitFor(async () => expect(await read(0)).toBe(3), PATIENCE);
    expect(found.get(0)).toEqual(['a', 'b', 'd']);
    expect(await createGroupLag(kafka, { topic, group })()).toEqual(new Map([0, 1, 2].map(p => [p, 0])));
    expect(errors).toEqual([]);
  });

  test('goes on with other partitions while one waits, fetches little ahead of it, and counts none of it as read', async () => {
    const waiting = Promise.withResolvers<undefined>();
    const handled: string[] = [];
    let atOnce = 0;
    feed().start(async batch => {
      if (batch.partition === 0) {
        expect(++atOnce).toBe(1);
        await waiting.promise;
        atOnce--;
      }
      handled.push(...valuesOf(batch));
    });
    await put(0, 'slow');
    await vi.waitFor(() => expect(atOnce).toBe(1), PATIENCE);
    for (let n = 0; n < 5; n++) {
      await put(0, `slow-${n}`);
      await put(1, `quick-${n}`);
      await vi.waitFor(() => expect(handled).toContain(`quick-${n}`), PATIENCE);
    }
    expect(await read(0)).toBe(-1);
    expect((await createGroupLag(kafka, { topic, group })()).get(0)).toBe(6);
    waiting.resolve(undefined);
    await vi.waitFor(async () => expect(await read(0)).toBe(6), PATIENCE);
    expect(handled.filter(value => value.startsWith('slow'))).toEqual([
      'slow',
      ...[0, 1, 2, 3, 4].map(n => `slow-${n}`),
    ]);
  });

  test('hands over again what was not handled when it stopped', async () => {
    await put(0, 'a', 'b');
    const first = feed();
    const seen = Promise.withResolvers<undefined>();
    first.start(async (_, signal) => {
      seen.resolve(undefined);
      await new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    });
    await seen.promise;
    await first.stop();
    expect(await read(0)).toBe(-1);
    const found: string[] = [];
    feed().start(batch => Promise.resolve(void found.push(...valuesOf(batch))));
    await vi.waitFor(() => expect(found).toEqual(['a', 'b']), PATIENCE);
    expect(errors).toEqual([]);
  });

  test('begins anew from what is read where a handler has a defect', async () => {
    await put(0, 'a', 'b', 'c');
    const found: string[] = [];
    let failures = 2;
    feed().start(batch => {
      if (failures-- > 0) return Promise.reject(new TypeError('a defect'));
      found.push(...valuesOf(batch));
      return Promise.resolve();
    });
    await vi.waitFor(async () => expect(await read(0)).toBe(3), PATIENCE);
    expect(found).toEqual(['a', 'b', 'c']);
    expect(errors).toEqual([expect.any(TypeError), expect.any(TypeError)]);
  });

  test('never sets back the place of whoever has taken a partition over', async () => {
    const slow = Promise.withResolvers<undefined>();
    const handled = Promise.withResolvers<undefined>();
    let begun = 0;
    for (const partition of [0, 1, 2]) await put(partition, 'a');
    feed().start(async () => {
      begun++;
      await slow.promise;
      if (--begun === 0) handled.resolve(undefined);
    });
    await vi.waitFor(() => expect(begun).toBe(3), PATIENCE);
    const taken = new Set<number>();
    feed().start(({ partition }) => Promise.resolve(void taken.add(partition)));
    await vi.waitFor(() => expect(taken.size).toBeGreaterThan(0), PATIENCE);
    const [partition = -1] = taken;
    await put(partition, 'b', 'c');
    await vi.waitFor(async () => expect(await read(partition)).toBe(3), PATIENCE);
    slow.resolve(undefined);
    await handled.promise;
    await vi.waitFor(async () => {
      for (const other of [0, 1, 2].filter(one => !taken.has(one))) expect(await read(other)).toBe(1);
    }, PATIENCE);
    expect(await read(partition)).toBe(3);
  });

  test('is shared by two consumers, and what one leaves the other takes over', async () => {
    const taken = new Map<number, Set<number>>();
    const follow = (consumer: number): MessageFeed => {
      const made = feed();
      made.start(({ partition }) => {
        taken.set(consumer, (taken.get(consumer) ?? new Set()).add(partition));
        return Promise.resolve();
      });
      return made;
    };
    const first = follow(1);
    follow(2);
    await vi.waitFor(async () => {
      for (const partition of [0, 1, 2]) await put(partition, 'x');
      expect(taken.size).toBe(2);
    }, PATIENCE);
    taken.clear();
    await first.stop();
    await vi.waitFor(async () => {
      for (const partition of [0, 1, 2]) await put(partition, 'y');
      expect(taken.get(2)).toEqual(new Set([0, 1, 2]));
    }, PATIENCE);
    expect(taken.has(1)).toBe(false);
  });
});

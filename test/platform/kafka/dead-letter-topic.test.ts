import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeadLetter, DeadLetterBox } from '../../../src/domain/ports/dead-letters.ts';
import { createKafka } from '../../../src/platform/kafka/client.ts';
import { createDeadLetterTopic } from '../../../src/platform/kafka/dead-letter-topic.ts';
import { createTopicWriter } from '../../../src/platform/kafka/topic-writer.ts';
import { deadLetterSettings, preparation } from '../../../src/platform/kafka/topics.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { openTopics, sharedBroker, type TestMessage, type TestTopics } from '../../support/kafka.ts';

const broker = await sharedBroker();
const security = { tls: undefined, sasl: undefined };

function boxAt(address: string, topic: string): DeadLetterBox {
  const kafka = createKafka({ brokers: [address], clientId: 'test', security }, () => undefined);
  const prepare = preparation(kafka, { [topic]: deadLetterSettings(60_000) });
  return createDeadLetterTopic({ kafka, writer: createTopicWriter(kafka, prepare), topic, prepare });
}

const letter = (n: number, fields: Partial<DeadLetter> = {}): DeadLetter => ({
  id: `in/0/${n}/0`,
  origin: { topic: 'in', partition: 0, offset: String(n), index: 0 },
  code: 'invalid-event',
  reason: 'mend each field – all of them',
  at: new Date(1_790_000_000_000 + n),
  tenant: undefined,
  sealed: undefined,
  ...fields,
});

describe.skipIf(broker === undefined)('the topic of dead letters', () => {
  const topic = `dead-${randomUUID()}`;
  let box: DeadLetterBox;
  let topics: TestTopics;
  beforeAll(async () => {
    box = boxAt(broker ?? '', topic);
    topics = await openTopics(broker ?? '');
  });
  afterAll(() => Promise.all([box.close(), topics.close()]));
  const ids = async (): Promise<string[]> => (await box.list()).letters.map(({ id }) => id);

  test('is empty before the first letter', async () => {
    expect(await box.list()).toEqual({ letters: [], unreadable: [] });
  });

  test('gives letters back as they were put, oldest first, and each once', async () => {
    const sealed = { scope: 'dead-letters/2026-11-21', blob: Buffer.from([1, 2, 3]) };
    const letters = [letter(1, { tenant: randomUUID(), sealed }), letter(2), letter(3, { sealed })];
    await box.put(letters.toReversed());
    await box.put(letters.slice(0, 1));
    expect(await box.list()).toEqual({ letters, unreadable: [] });
  });

  test('has no longer what is settled, until it is refused again', async () => {
    await box.settle(['in/0/1/0', 'in/0/3/0']);
    expect(await ids()).toEqual(['in/0/2/0']);
    await box.put([letter(3)]);
    expect(await ids()).toEqual(['in/0/2/0', 'in/0/3/0']);
  });

  test('names the records in it that are no letters, and lists the letters all the same', async () => {
    const record = (key: string, headers: Readonly<Record<string, string>>): TestMessage => ({
      ...{ key, partition: 0, value: 'a lighthouse', headers },
    });
    const whole = (await topics.read(topic)).find(({ key }) => key === 'in/0/3/0')?.headers ?? {};
    const texts = Object.fromEntries(Object.entries(whole).map(([name, bytes]) => [name, bytes.toString()]));
    await topics.put(
      topic,
      record('no-letter', {}),
      record('no-json', { ...texts, 'lethe-origin': '{' }),
      record('no-date', { ...texts, 'lethe-at': 'yesterday' }),
    );
    const { letters, unreadable } = await box.list();
    expect(letters.map(({ id }) => id)).toEqual(['in/0/2/0', 'in/0/3/0']);
    const damaged = (await topics.read(topic)).filter(({ key }) => key?.startsWith('no-'));
    expect(unreadable).toEqual(
      damaged.map(({ partition, offset }) => ({ partition, offset, code: 'dead-letter-unreadable' })),
    );
    // Settled like a letter, by whoever knows its key.
    await box.settle(['no-letter', 'no-json', 'no-date']);
    expect(await box.list()).toEqual({ letters, unreadable: [] });
  });

  test('is unavailable while there is no broker', async () => {
    const nowhere = boxAt('127.0.0.1:1', 'dead');
    expect(await rejectionCode(nowhere.put([letter(1)]))).toBe('kafka-unavailable');
  }, 30_000);
});

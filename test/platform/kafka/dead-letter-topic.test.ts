import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeadLetter, DeadLetterBox } from '../../../src/domain/ports/dead-letters.ts';
import { createKafka } from '../../../src/platform/kafka/client.ts';
import { createDeadLetterTopic } from '../../../src/platform/kafka/dead-letter-topic.ts';
import { createTopicWriter } from '../../../src/platform/kafka/topic-writer.ts';
import { deadLetterSettings, preparation } from '../../../src/platform/kafka/topics.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { sharedBroker } from '../../support/kafka.ts';

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
  let box: DeadLetterBox;
  beforeAll(() => {
    box = boxAt(broker ?? '', `dead-${randomUUID()}`);
  });
  afterAll(() => box.close());

  test('is empty before the first letter', async () => {
    expect(await box.list()).toEqual([]);
  });

  test('gives letters back as they were put, oldest first, and each once', async () => {
    const sealed = { scope: 'dead-letters/2026-11-21', blob: Buffer.from([1, 2, 3]) };
    const letters = [letter(1, { tenant: randomUUID(), sealed }), letter(2), letter(3, { sealed })];
    await box.put(letters.toReversed());
    await box.put(letters.slice(0, 1));
    expect(await box.list()).toEqual(letters);
  });

  test('has no longer what is settled, until it is refused again', async () => {
    await box.settle(['in/0/1/0', 'in/0/3/0']);
    expect((await box.list()).map(({ id }) => id)).toEqual(['in/0/2/0']);
    await box.put([letter(3)]);
    expect((await box.list()).map(({ id }) => id)).toEqual(['in/0/2/0', 'in/0/3/0']);
  });

  test('is unavailable while there is no broker', async () => {
    const nowhere = boxAt('127.0.0.1:1', 'dead');
    expect(await rejectionCode(nowhere.put([letter(1)]))).toBe('kafka-unavailable');
  }, 30_000);
});

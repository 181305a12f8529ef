import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import type { Consumer } from 'kafkajs';
import { createReading, type Reading } from '../../../src/platform/kafka/reading.ts';

const TOPIC = 'topic';

/** What the group's coordinator and the fetches do to a consumer, in an order that a real group takes by chance. */
class Group {
  readonly #emitter = new EventEmitter();
  readonly committed: string[] = [];
  readonly consumer = {
    events: { GROUP_JOIN: 'consumer.group_join' },
    on: (name: string, listener: (event: unknown) => void) => this.#emitter.on(name, listener),
    commitOffsets: (offsets: readonly { readonly offset: string }[]) => {
      this.committed.push(...offsets.map(({ offset }) => offset));
      return Promise.resolve();
    },
  } as unknown as Consumer;

  assign(...partitions: readonly number[]): void {
    const payload = { memberAssignment: { [TOPIC]: partitions } };
    this.#emitter.emit('consumer.group_join', { payload });
  }
}

interface Opened {
  readonly group: Group;
  readonly reading: Reading;
  /** Offsets of the batches handled, in order. */
  readonly handled: string[];
  /** Lets the batch under way come to its end. */
  readonly release: () => void;
}

function open(): Opened {
  const group = new Group();
  const handled: string[] = [];
  const gate = Promise.withResolvers<undefined>();
  const reading = createReading({
    ...{ consumer: group.consumer, topic: TOPIC, signal: new AbortController().signal },
    handler: async batch => {
      await gate.promise;
      batch.requireOurs();
      handled.push(...batch.messages.map(({ offset }) => offset));
    },
    onError: error => expect.fail(String(error)),
  });
  return { group, reading, handled, release: () => gate.resolve(undefined) };
}

const fetched = ({ reading }: Opened, offset: string): void =>
  reading.take({
    batch: {
      partition: 0,
      messages: [{ key: null, value: null, timestamp: '0', attributes: 0, offset, headers: {} }],
      lastOffset: () => offset,
    },
    resolveOffset: () => undefined,
    pause: () => () => undefined,
  });

/** As long as it takes whoever waits for nothing to go on. */
const turn = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

test('what was fetched before a partition was lost is not handled when it comes back: a commit of it would pass over what was left out', async () => {
  const opened = open();
  const { group, reading, handled, release } = opened;
  group.assign(0);
  fetched(opened, '1');
  fetched(opened, '2');
  await turn();
  group.assign();
  group.assign(0);
  release();
  await reading.drained();
  expect([handled, group.committed]).toEqual([[], []]);
  fetched(opened, '1');
  await reading.drained();
  expect([handled, group.committed]).toEqual([['1'], ['2']]);
});

test('what was fetched before the group shared out anew is handled in order where the partition stayed', async () => {
  const opened = open();
  const { group, reading, handled, release } = opened;
  group.assign(0);
  fetched(opened, '1');
  fetched(opened, '2');
  await turn();
  group.assign(0, 1);
  fetched(opened, '1');
  release();
  await reading.drained();
  expect(handled).toEqual(['1', '2', '1']);
  expect(group.committed).toEqual(['2', '3', '2']);
});

test('nothing is handled of a partition that another consumer has', async () => {
  const opened = open();
  opened.group.assign(1);
  fetched(opened, '1');
  opened.release();
  await opened.reading.drained();
  expect([opened.handled, opened.group.committed]).toEqual([[], []]);
});

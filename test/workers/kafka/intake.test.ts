import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Refused } from '../../../src/application/dead-letters/letters.ts';
import type { Unfit } from '../../../src/application/ingest/sift.ts';
import { LetheError } from '../../../src/domain/errors.ts';
import type { DeadLetter } from '../../../src/domain/ports/dead-letters.ts';
import type { FeedBatch, MessageFeed } from '../../../src/domain/ports/message-feed.ts';
import { createKafkaIntake } from '../../../src/workers/kafka/intake.ts';
import { rejectionCode } from '../../support/code-of.ts';

const PATIENCE = { timeout: 20_000, interval: 10 };
const TENANT = randomUUID();
const unavailable = (code: string): LetheError => new LetheError(code, 'not now');

type Step = () => Unfit[];
let taken: unknown[][] = [];
let buried: DeadLetter[][] = [];
let waits: unknown[] = [];
let sifting: Step[] = [];
let burying: (() => void)[] = [];
let hand: Parameters<MessageFeed['start']>[0];
beforeEach(() => {
  [taken, buried, waits, sifting, burying] = [[], [], [], [], []];
  startIntake([1, 1]);
});

function startIntake(stragglerWaitsMs: readonly number[]): void {
  createKafkaIntake({
    feed: { start: handler => void (hand = handler), stop: () => Promise.resolve() },
    sift: (_, events) => {
      const unfit = (sifting.shift() ?? (() => []))();
      taken.push(events.filter((__, index) => unfit.every(one => one.index !== index)));
      return Promise.resolve(unfit);
    },
    letters: { seal: refused => Promise.resolve(refused.map(asLetter)) },
    deadLetters: {
      put: letters => {
        (burying.shift() ?? (() => undefined))();
        buried.push([...letters]);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    },
    mayWrite: () => true,
    stragglerWaitsMs,
    onTaken: () => undefined,
    onRefused: () => undefined,
    onWaiting: error => waits.push(error),
  }).start();
}

const asLetter = ({ origin, code, reason, tenant }: Refused): DeadLetter => ({
  ...{ id: origin.offset, origin, code, reason, tenant, at: new Date(0), sealed: undefined },
});
const batchOf = (count: number, requireOurs = (): void => undefined): FeedBatch => ({
  ...{ topic: 'in', partition: 0, requireOurs },
  messages: Array.from({ length: count }, (_, n) => ({
    key: null,
    value: Buffer.from(JSON.stringify({ id: String(n), lethetenant: TENANT })),
    headers: { 'content-type': Buffer.from('application/cloudevents+json') },
    offset: String(n),
  })),
});
const throwing = (error: Error) => (): never => {
  throw error;
};
const running = new AbortController().signal;

describe('a batch from Kafka', () => {
  test.each(['kms-unavailable', 'log-unavailable'])(
    'waits for what is away (%s), and none of it becomes a dead letter',
    async code => {
      sifting = [throwing(unavailable(code)), throwing(unavailable(code)), () => []];
      await hand(batchOf(3), running);
      expect(taken.flat()).toHaveLength(3);
      expect(buried).toEqual([]);
      expect(waits).toHaveLength(2);
    },
  );

  test('waits for the dead letters too: until they are durable it does not count as read', async () => {
    sifting = [() => [{ index: 1, code: 'invalid-event', message: 'mend it' }]];
    burying = [throwing(unavailable('kafka-unavailable'))];
    await hand(batchOf(3), running);
    expect(buried.flat().map(({ id, code }) => [id, code])).toEqual([['1', 'invalid-event']]);
    expect(waits).toHaveLength(1);
  });

  test('that is large is taken in pieces, in order', async () => {
    await hand(batchOf(2_500), running);
    expect(taken.map(piece => piece.length)).toEqual([1_000, 1_000, 500]);
    expect(taken.flat()).toEqual(
      batchOf(2_500).messages.map(({ value }) => JSON.parse(String(value)) as unknown),
    );
  });

  test('gives an event about an unknown asset some time, then it is a dead letter', async () => {
    const early: Step = () => [
      { index: 0, code: 'asset-not-found', message: 'no such asset' },
      { index: 2, code: 'asset-not-found', message: 'no such asset' },
    ];
    const stillOne: Step = () => [{ index: 1, code: 'asset-not-found', message: 'no such asset' }];
    const itself: Step = () => [{ index: 0, code: 'asset-not-found', message: 'no such asset' }];
    sifting = [early, stillOne, itself];
    await hand(batchOf(4), running);
    expect(buried.flat().map(({ id, code }) => [id, code])).toEqual([['2', 'asset-not-found']]);
    expect(taken.flat()).toHaveLength(3);
  });

  test('waits no longer for an event that has another fault by then', async () => {
    const early: Step = () => [{ index: 1, code: 'asset-not-found', message: 'no such asset' }];
    const bad: Step = () => [{ index: 0, code: 'asset-subject-mismatch', message: 'another user’s' }];
    sifting = [early, bad];
    await hand(batchOf(2), running);
    expect(buried.flat().map(({ id, code }) => [id, code])).toEqual([['1', 'asset-subject-mismatch']]);
    expect(taken.flat()).toHaveLength(1);
  });

  test('loses no event about an unknown asset where there is no time to give', async () => {
    startIntake([]);
    sifting = [() => [{ index: 0, code: 'asset-not-found', message: 'no such asset' }]];
    await hand(batchOf(2), running);
    expect(buried.flat().map(({ id, code }) => [id, code])).toEqual([['0', 'asset-not-found']]);
  });

  test('is left to whoever has the partition now', async () => {
    let isOurs = true;
    sifting = [
      () => {
        isOurs = false;
        throw unavailable('kms-unavailable');
      },
    ];
    const batch = batchOf(1, () => {
      if (!isOurs) throw new LetheError('partition-lost', 'it is another’s');
    });
    expect(await rejectionCode(hand(batch, running))).toBe('partition-lost');
    expect([taken.flat(), buried]).toEqual([[], []]);
  });

  test('is left where it is when the process stops', async () => {
    const stopping = new AbortController();
    sifting = [throwing(unavailable('kms-unavailable'))];
    const handing = hand(batchOf(1), stopping.signal);
    await vi.waitFor(() => expect(waits).toHaveLength(1), PATIENCE);
    stopping.abort();
    await expect(handing).rejects.toThrow();
    expect([taken.flat(), buried]).toEqual([[], []]);
  });
});

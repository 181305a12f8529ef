import { describe, expect, test } from 'vitest';
import type { EventLog } from '../../../src/domain/ports/event-log.ts';
import type { Fault } from '../../support/eventstore/faults.ts';
import {
  follow,
  given,
  newEvent,
  newEvents,
  oneTo,
  positionsOf,
  TENANT,
  wholeLog,
} from '../../contract/event-log-fixtures.ts';
import { STREAM, withRig } from './opened.ts';

const HASTY = { attemptMs: 400, requestMs: 10_000 };
/** One attempt, and no more. */
const ONCE = { attemptMs: 400, requestMs: 0 };

/** Every position and every revision is there once, whatever happened before. */
async function expectWhole(log: EventLog, count: number): Promise<void> {
  const events = await wholeLog(log);
  expect(events.map(({ position }) => position)).toEqual(oneTo(count));
  expect(new Set(events.map(({ sourceId }) => sourceId)).size).toBe(count);
  for (const [stream, own] of Map.groupBy(events, event => event.stream)) {
    expect(own.map(({ revision }) => revision)).toEqual(own.map((_, index) => index));
    expect((await log.readStream(TENANT, stream)).map(({ position }) => position)).toEqual(
      own.map(({ position }) => position),
    );
  }
}

const FAULTS: Fault[] = ['lost-before', 'lost-after', 'silent', 'not-leader', 'busy', 'timeout', 'slow'];

describe('an append that meets a fault', () => {
  test.each(FAULTS)('is stored once and acknowledged where it stands: %s', fault =>
    withRig({ patience: HASTY }, async ({ log, server }) => {
      await log.append(newEvents(2, { stream: 's' }));
      server.faults.script(fault);
      const events = newEvents(3, { stream: 's' });
      expect(positionsOf(await log.append(events))).toEqual([3, 4, 5]);
      expect(server.faults.met()).toBe(1);
      expect((await wholeLog(log)).slice(2).map(given)).toEqual(events);
      await expectWhole(log, 5);
    }),
  );

  test.each(FAULTS.filter(fault => fault !== 'slow'))(
    'is unknown to the caller who does not wait, and the same again is told the truth: %s',
    fault =>
      withRig({ patience: ONCE }, async ({ log, server }) => {
        await log.append(newEvents(2));
        server.faults.script(fault);
        const events = newEvents(3);
        await expect(log.append(events)).rejects.toMatchObject({ code: 'log-unavailable' });
        const wasStored = fault === 'lost-after' || fault === 'silent';
        expect((await log.append(events)).status).toBe(wasStored ? 'duplicate' : 'appended');
        await expectWhole(log, 5);
      }),
  );

  test('keeps its promise among many, through a whole series of faults', () =>
    withRig({ patience: HASTY }, async ({ log, server }) => {
      const series = oneTo(20).map(index => FAULTS[(index * 5) % FAULTS.length] ?? 'busy');
      const write = async (writer: number): Promise<void> => {
        for (const append of oneTo(5)) {
          server.faults.script(...series.splice(0, 1));
          const events = ['shared', `own/${writer}`].map(stream => newEvent({ stream }));
          expect((await log.append(events)).status, `append ${append}`).toBe('appended');
        }
      };
      await Promise.all(oneTo(8).map(write));
      expect(server.faults.met()).toBe(20);
      await expectWhole(log, 80);
    }));
});

describe('a store that is away', () => {
  test('is told as unavailable, and everything goes on once it is back', () =>
    withRig({ patience: { attemptMs: 400, requestMs: 500 } }, async ({ log, server }) => {
      await log.append(newEvents(2));
      server.setDown(true);
      const events = newEvents(2);
      await expect(log.append(events)).rejects.toMatchObject({ code: 'log-unavailable' });
      await expect(log.readAll(0, 10)).rejects.toMatchObject({ code: 'log-unavailable' });
      await expect(log.head()).rejects.toMatchObject({ code: 'log-unavailable' });
      await expect(log.readStream(TENANT, 's')).rejects.toMatchObject({ code: 'log-unavailable' });
      server.setDown(false);
      expect((await log.append(events)).status).toBe('appended');
      await expectWhole(log, 4);
    }));

  test('leaves no gap and no repeat to those who follow it, however often their connection is cut', () =>
    withRig({ patience: HASTY }, async ({ log, server }) => {
      const following = follow(log, 0, 60, 7);
      for (const round of oneTo(12)) {
        await log.append(newEvents(5));
        if (round % 3 === 0) server.cut();
      }
      expect((await following).map(({ position }) => position)).toEqual(oneTo(60));
    }));
});

describe('the size of an append', () => {
  const server = {};
  const large = () => newEvent({ sealed: Buffer.alloc(1_100_000) });

  test('beyond what the server takes is refused with the limit, alone, and stores nothing of it', () =>
    withRig({ server }, async ({ log }) => {
      const good = [newEvents(2), newEvents(2)].map(events => log.append(events));
      const bad = log.append([newEvent(), large()]);
      await expect(bad).rejects.toMatchObject({
        code: 'append-too-large',
        details: { maxBytes: 1_048_576 },
      });
      expect((await Promise.all(good)).map(({ status }) => status)).toEqual(['appended', 'appended']);
      await expectWhole(log, 4);
    }));

  test('is kept to by what is put together, on a server that nobody has configured', () =>
    withRig({ server }, async ({ log }) => {
      const events = oneTo(60).map(() => newEvent({ sealed: Buffer.alloc(100_000) }));
      const results = await Promise.all(events.map(event => log.append([event])));
      expect(results.every(({ status }) => status === 'appended')).toBe(true);
      await expectWhole(log, 60);
    }));
});

describe('the clock of the log', () => {
  test('is the store’s and not the caller’s', () => {
    const year = 365 * 24 * 3_600_000;
    return withRig({ server: { clock: () => Date.now() + year } }, async ({ log, server }) => {
      const before = Date.now() + year;
      const [first, second] = [await log.now(), await log.now()];
      expect(first.getTime()).toBeGreaterThanOrEqual(before);
      expect(second.getTime()).toBeGreaterThanOrEqual(first.getTime());
      expect(server.streams.read(`${STREAM}-clock`)).toHaveLength(1);
      expect(await log.head()).toBe(0);
    });
  });
});

import { describe, expect, test } from 'vitest';
import type { MakeLog } from './event-log.contract.ts';
import { follow, newEvent, newEvents, oneTo } from './event-log-fixtures.ts';
import { withLog } from './with-log.ts';

export function subscribeContract(makeLog: MakeLog): void {
  const using = withLog(makeLog);

  describe('subscribe', () => {
    test(
      'a subscription catches up in batches, then follows what is appended by anyone',
      using(async (log, other) => {
        await log.append(newEvents(25));
        const stop = new AbortController();
        const sizes: number[] = [];
        const positions: number[] = [];
        for await (const batch of log.subscribe(0, { batchSize: 10, signal: stop.signal })) {
          sizes.push(batch.length);
          positions.push(...batch.map(event => event.position));
          if (positions.length === 25) await other.append(newEvents(2));
          if (positions.length === 27) await log.append([newEvent()]);
          if (positions.length === 28) stop.abort();
        }
        expect(sizes.slice(0, 3)).toEqual([10, 10, 5]);
        expect(positions).toEqual(oneTo(28));
      }),
    );

    test(
      'a subscription starts after the position it is given',
      using(async log => {
        await log.append(newEvents(5));
        expect((await follow(log, 3, 2)).map(event => event.position)).toEqual([4, 5]);
      }),
    );

    test(
      'a subscription that waits at the head ends when its signal aborts',
      using(async log => {
        await log.append([newEvent()]);
        const stop = new AbortController();
        const batches = log.subscribe(1, { batchSize: 10, signal: stop.signal })[Symbol.asyncIterator]();
        const waiting = batches.next();
        stop.abort();
        expect((await waiting).done).toBe(true);
      }),
    );

    test(
      'a signal that has aborted before yields nothing',
      using(async log => {
        await log.append([newEvent()]);
        const events = log.subscribe(0, { batchSize: 10, signal: AbortSignal.abort() });
        expect((await events[Symbol.asyncIterator]().next()).done).toBe(true);
      }),
    );

    test(
      'a consumer slower than the writers gets every event once, in order, in batches of the size it asked for',
      using(async (log, other) => {
        await log.append(newEvents(20));
        const stop = new AbortController();
        const positions: number[] = [];
        for await (const batch of log.subscribe(0, { batchSize: 7, signal: stop.signal })) {
          expect(batch.length).toBeLessThanOrEqual(7);
          positions.push(...batch.map(event => event.position));
          if ((await log.head()) < 200) await other.append(newEvents(20));
          if (positions.length >= 200) stop.abort();
        }
        expect(positions).toEqual(oneTo(200));
      }),
    );

    test(
      'sealed payloads stay behind where the subscriber does not want them',
      using(async log => {
        await log.append(newEvents(3));
        const stop = new AbortController();
        const options = { batchSize: 10, signal: stop.signal, withoutSealed: true };
        for await (const batch of log.subscribe(0, options)) {
          expect(batch.map(event => event.sealed)).toEqual([null, null, null]);
          stop.abort();
        }
      }),
    );
  });
}

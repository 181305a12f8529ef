import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { MakeLog } from './event-log.contract.ts';
import { given, newEvent, newEvents, oneTo, positionsOf, wholeLog } from './event-log-fixtures.ts';
import { withLog } from './with-log.ts';

export function appendContract(makeLog: MakeLog): void {
  const using = withLog(makeLog);

  describe('append', () => {
    test(
      'positions start at 1 and count over all streams, revisions at 0 within each',
      using(async log => {
        const events = ['a', 'b', 'a', 'a', 'b'].map(stream => newEvent({ stream }));
        expect(positionsOf(await log.append(events.slice(0, 3)))).toEqual([1, 2, 3]);
        expect(positionsOf(await log.append(events.slice(3)))).toEqual([4, 5]);
        const stored = await wholeLog(log);
        expect(stored.map(given)).toEqual(events);
        expect(stored.map(event => event.position)).toEqual(oneTo(5));
        expect(stored.map(event => event.revision)).toEqual([0, 0, 1, 2, 1]);
      }),
    );

    test(
      'bytes come back exactly as they were given, every value of a byte among them',
      using(async log => {
        const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
        const events = [
          newEvent({ envelope: all, sealed: Buffer.from(all.toReversed()) }),
          newEvent({ envelope: Buffer.alloc(0), sealed: Buffer.alloc(0) }),
          newEvent({ envelope: Buffer.from('ü€😀'), sealed: null }),
        ].map(event => ({ ...event, stream: 'ü/€😀"\\{},', sourceId: `NULL ${event.sourceId} "\\` }));
        await log.append(events);
        expect((await wholeLog(log)).map(given)).toEqual(events);
      }),
    );

    test(
      'a payload of one megabyte is kept beside small ones',
      using(async log => {
        const events = [newEvent(), newEvent({ sealed: randomBytes(1_048_576) }), newEvent()];
        await log.append(events);
        expect((await wholeLog(log)).map(given)).toEqual(events);
      }),
    );

    test(
      'an append of nothing is appended and stores nothing',
      using(async log => {
        expect(await log.append([])).toEqual({ status: 'appended', positions: [] });
        expect(await log.head()).toBe(0);
      }),
    );

    test(
      'an append larger than any flush goes in as one',
      using(async log => {
        const events = newEvents(5_000);
        expect(positionsOf(await log.append(events))).toEqual(oneTo(5_000));
        expect((await wholeLog(log)).map(event => event.sourceId)).toEqual(
          events.map(event => event.sourceId),
        );
      }),
    );

    test(
      'the log records the time by its own clock',
      using(async log => {
        const before = await log.now();
        await log.append([newEvent()]);
        const after = await log.now();
        const [stored] = await wholeLog(log);
        const recorded = stored?.recordedAt.getTime() ?? 0;
        expect(recorded).toBeGreaterThanOrEqual(before.getTime());
        expect(recorded).toBeLessThanOrEqual(after.getTime());
      }),
    );

    test.each([
      ['a tenant that is no UUID', { tenant: 'acme' }],
      ['a stream with U+0000', { stream: 'a\0b' }],
      ['an id with a lone surrogate', { sourceId: '\ud800' }],
      ['a stream of 2,000 bytes', { stream: 'x'.repeat(2_000) }],
    ])('%s is refused, and only for the caller who sent it', (_, changes) =>
      using(async log => {
        const good = newEvents(20).map(event => log.append([event]));
        const bad = log.append([newEvent(), newEvent(changes)]);
        await expect(bad).rejects.toMatchObject({ code: 'event-unstorable', faults: [{ index: 1 }] });
        expect(
          (await Promise.all(good))
            .map(positionsOf)
            .flat()
            .toSorted((a, b) => a - b),
        ).toEqual(oneTo(20));
        expect(await log.head()).toBe(20);
      })(),
    );
  });
}

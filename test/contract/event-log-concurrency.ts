import { describe, expect, test } from 'vitest';
import type { EventLog } from '../../src/domain/ports/event-log.ts';
import type { MakeLog } from './event-log.contract.ts';
import { follow, newEvent, oneTo, positionsOf, TENANT, wholeLog } from './event-log-fixtures.ts';
import { withLog } from './with-log.ts';

const WRITERS = 100;
const APPENDS = 8;
const EVENTS = 3;
const TOTAL = WRITERS * APPENDS * EVENTS;

/** Appends one after the other, two to a stream of its own and one to a stream that all share. */
async function write(log: EventLog, writer: number): Promise<number[]> {
  const acknowledged: number[] = [];
  for (let append = 0; append < APPENDS; append++) {
    const streams = [`own/${writer}`, 'shared', `own/${writer}`];
    acknowledged.push(...positionsOf(await log.append(streams.map(stream => newEvent({ stream })))));
  }
  return acknowledged;
}

export function concurrencyContract(makeLog: MakeLog): void {
  const using = withLog(makeLog);

  describe('concurrency', () => {
    test(
      'a hundred writers and three readers: no position is skipped, repeated or out of order',
      using(async (log, other) => {
        const readers = [log, other, other].map((of, index) => follow(of, 0, TOTAL, 10 ** (index + 1)));
        const writers = oneTo(WRITERS).map(writer => write(writer % 2 === 0 ? log : other, writer));
        const acknowledged = await Promise.all(writers);
        for (const seen of await Promise.all(readers)) {
          expect(seen.map(event => event.position)).toEqual(oneTo(TOTAL));
        }
        expect(acknowledged.flat().toSorted((a, b) => a - b)).toEqual(oneTo(TOTAL));
      }),
    );

    test(
      'the events of one append lie together, and revisions are gap-free in every stream',
      using(async (log, other) => {
        const acknowledged = await Promise.all(
          oneTo(20).map(writer => write(writer % 2 === 0 ? log : other, writer)),
        );
        for (const positions of acknowledged) {
          for (let at = 0; at < positions.length; at += EVENTS) {
            const first = positions[at] ?? 0;
            expect(positions.slice(at, at + EVENTS)).toEqual([first, first + 1, first + 2]);
          }
        }
        const streams = Map.groupBy(await wholeLog(log), event => event.stream);
        for (const events of streams.values()) {
          expect(events.map(event => event.revision)).toEqual(events.map((_, index) => index));
        }
        expect(await log.readStream(TENANT, 'shared')).toHaveLength(20 * APPENDS);
      }),
    );

    test(
      'writers that race for one stream with expectations lose no update',
      using(async (log, other) => {
        const increment = async (of: EventLog): Promise<void> => {
          for (;;) {
            const revision = (await of.readStream(TENANT, 'counter')).length - 1;
            const expectation = { tenant: TENANT, stream: 'counter', revision };
            const result = await of.append([newEvent({ stream: 'counter' })], [expectation]);
            if (result.status === 'appended') return;
          }
        };
        await Promise.all(oneTo(20).map(writer => increment(writer % 2 === 0 ? log : other)));
        expect(await log.readStream(TENANT, 'counter')).toHaveLength(20);
      }),
    );
  });
}

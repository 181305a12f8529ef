import { describe, expect, test } from 'vitest';
import type { MakeLog } from './event-log.contract.ts';
import { newEvent, newEvents, OTHER_TENANT, TENANT } from './event-log-fixtures.ts';
import { withLog } from './with-log.ts';

export function readContract(makeLog: MakeLog): void {
  const using = withLog(makeLog);

  describe('reading', () => {
    test(
      'an empty log reads as empty, with its head at 0',
      using(async log => {
        expect(await log.head()).toBe(0);
        expect(await log.readAll(0, 10)).toEqual([]);
        expect(await log.readStream(TENANT, 'none')).toEqual([]);
        expect(await log.readByIdentity(TENANT, [])).toEqual([]);
      }),
    );

    test(
      'pages follow one another without a gap or an overlap',
      using(async log => {
        await log.append(newEvents(25));
        const pages: number[][] = [];
        for (let after = 0; ; after += 10) {
          const page = await log.readAll(after, 10);
          if (page.length === 0) break;
          pages.push(page.map(event => event.position));
        }
        expect(pages.map(page => page.length)).toEqual([10, 10, 5]);
        expect(pages.flat()).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
        expect(await log.readAll(25, 10)).toEqual([]);
      }),
    );

    test(
      'sealed payloads stay behind where they are not wanted',
      using(async log => {
        await log.append([newEvent(), newEvent({ sealed: null })]);
        const whole = await log.readAll(0, 10);
        const clear = await log.readAll(0, 10, { withoutSealed: true });
        expect(clear).toEqual(whole.map(event => ({ ...event, sealed: null })));
        expect(whole[0]?.sealed).not.toBeNull();
      }),
    );

    test(
      'a stream reads oldest first, its own events only, from after a revision',
      using(async log => {
        await log.append(['a', 'b', 'a', 'a'].map(stream => newEvent({ stream })));
        await log.append([newEvent({ stream: 'a', tenant: OTHER_TENANT })]);
        const revisions = async (after?: number) =>
          (await log.readStream(TENANT, 'a', after)).map(event => [event.position, event.revision]);
        expect(await revisions()).toEqual([
          [1, 0],
          [3, 1],
          [4, 2],
        ]);
        expect(await revisions(0)).toEqual([
          [3, 1],
          [4, 2],
        ]);
        expect(await revisions(2)).toEqual([]);
      }),
    );

    test(
      'identities that are stored are found once each, within their tenant',
      using(async log => {
        const events = newEvents(3);
        await log.append(events);
        const asked = [...events, newEvent(), ...events].map(({ source, sourceId }) => ({
          source,
          sourceId,
        }));
        const found = await log.readByIdentity(TENANT, asked);
        expect(found.map(event => event.sourceId).toSorted()).toEqual(
          events.map(event => event.sourceId).toSorted(),
        );
        expect(await log.readByIdentity(OTHER_TENANT, asked)).toEqual([]);
      }),
    );

    test(
      'what one handle has acknowledged another one reads',
      using(async (log, other) => {
        for (let count = 1; count <= 10; count++) {
          await log.append([newEvent()]);
          expect(await other.head()).toBe(count);
        }
      }),
    );
  });
}

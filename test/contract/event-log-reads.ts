import { describe, expect, test } from 'vitest';
import { leafHash } from '../../src/domain/merkle/hash.ts';
import { decodePositions } from '../../src/domain/tlog/leaf-positions.ts';
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
      'single positions read in order, each once, and those that hold nothing are left out',
      using(async log => {
        await log.append(newEvents(5));
        const whole = await log.readAll(0, 10);
        expect(await log.readAt([4, 2, 9, 2])).toEqual([whole[1], whole[3]]);
        expect(await log.readAt([1], { withoutSealed: true })).toEqual([{ ...whole[0], sealed: null }]);
        expect(await log.readAt([])).toEqual([]);
      }),
    );

    test(
      'leaves are the hashes of the envelopes, by tenant, with their positions',
      using(async log => {
        expect(await log.readLeaves(0, 10)).toBeUndefined();
        await log.append([newEvent(), newEvent({ tenant: OTHER_TENANT }), newEvent(), newEvent()]);
        const whole = await log.readAll(0, 10);
        const batch = await log.readLeaves(0, 3);
        expect(batch).toMatchObject({ to: 3, events: 3, oldest: whole[0]?.recordedAt });
        const leaves = (...at: number[]) => ({
          hashes: Buffer.concat(at.map(n => leafHash(whole[n]?.envelope ?? Buffer.alloc(0)))),
          positions: at.map(n => n + 1),
        });
        const found = [...(batch?.tenants ?? [])].map(
          ([tenant, { hashes, positions }]) =>
            [tenant, { hashes, positions: decodePositions(positions) }] as const,
        );
        expect(new Map(found)).toEqual(
          new Map([
            [TENANT, leaves(0, 2)],
            [OTHER_TENANT, leaves(1)],
          ]),
        );
        expect((await log.readLeaves(3, 10))?.tenants.size).toBe(1);
        expect(await log.readLeaves(4, 10)).toBeUndefined();
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

import { describe, expect, test } from 'vitest';
import type { MakeLog } from './event-log.contract.ts';
import { newEvent, newEvents, OTHER_TENANT, positionsOf, TENANT, wholeLog } from './event-log-fixtures.ts';
import { withLog } from './with-log.ts';

const expecting = (stream: string, revision: number, tenant = TENANT) => [{ tenant, stream, revision }];

export function refusalContract(makeLog: MakeLog): void {
  const using = withLog(makeLog);

  describe('expected revisions', () => {
    test(
      'an expectation that holds lets the append through: -1 for a new stream, then the last revision',
      using(async log => {
        const event = () => newEvent({ stream: 's' });
        expect(positionsOf(await log.append([event(), event()], expecting('s', -1)))).toEqual([1, 2]);
        expect(positionsOf(await log.append([event()], expecting('s', 1)))).toEqual([3]);
      }),
    );

    test.each([
      ['a stream that exists but was expected to be new', -1],
      ['a revision that is behind', 0],
      ['a revision that is ahead', 7],
    ])('%s is a conflict that names the actual revision, and nothing is appended', (_, revision) =>
      using(async log => {
        await log.append(newEvents(2, { stream: 's' }));
        const result = await log.append([newEvent(), newEvent({ stream: 's' })], expecting('s', revision));
        expect(result).toEqual({ status: 'conflict', stream: 's', expected: revision, actual: 1 });
        expect(await log.head()).toBe(2);
      })(),
    );

    test(
      'an expectation may guard a stream that the append does not write to',
      using(async log => {
        await log.append([newEvent({ stream: 'guard' })]);
        expect((await log.append([newEvent()], expecting('guard', -1))).status).toBe('conflict');
        expect((await log.append([newEvent()], expecting('guard', 0))).status).toBe('appended');
        expect(await log.append([], expecting('guard', 3))).toMatchObject({ status: 'conflict', actual: 0 });
      }),
    );

    test(
      'of several expectations one that fails is enough',
      using(async log => {
        await log.append([newEvent({ stream: 'a' })]);
        const result = await log.append([newEvent()], [...expecting('b', -1), ...expecting('a', -1)]);
        expect(result).toEqual({ status: 'conflict', stream: 'a', expected: -1, actual: 0 });
        expect(await log.head()).toBe(1);
      }),
    );

    test(
      'of concurrent appends with the same expectation exactly one gets through',
      using(async (log, other) => {
        const results = await Promise.all(
          [log, other, log, other, log, other].map(of =>
            of.append([newEvent({ stream: 's' })], expecting('s', -1)),
          ),
        );
        expect(results.filter(result => result.status === 'appended')).toHaveLength(1);
        expect(results.filter(result => result.status === 'conflict')).toHaveLength(5);
        expect(await log.readStream(TENANT, 's')).toHaveLength(1);
      }),
    );
  });

  describe('identities', () => {
    test(
      'the same identity again is a duplicate with its first position, whatever else differs',
      using(async log => {
        const [first, second] = [newEvent(), newEvent()];
        await log.append([first, second]);
        const again = { ...second, stream: 'elsewhere', type: 'other', envelope: Buffer.from('other') };
        expect(await log.append([again])).toEqual({
          status: 'duplicate',
          duplicates: [{ index: 0, position: 2 }],
        });
        expect(await log.head()).toBe(2);
      }),
    );

    test(
      'one duplicate among new events keeps all of them out',
      using(async log => {
        const events = newEvents(3);
        await log.append(events);
        const result = await log.append([newEvent(), ...events.slice(1), newEvent()]);
        expect(result).toEqual({
          status: 'duplicate',
          duplicates: [
            { index: 1, position: 2 },
            { index: 2, position: 3 },
          ],
        });
        expect(await log.head()).toBe(3);
      }),
    );

    test(
      'a duplicate is reported before a conflict',
      using(async log => {
        const event = newEvent({ stream: 's' });
        await log.append([event], expecting('s', -1));
        expect((await log.append([event], expecting('s', -1))).status).toBe('duplicate');
      }),
    );

    test(
      'the same identity twice within one append is refused and stores nothing',
      using(async log => {
        const event = newEvent();
        await expect(log.append([event, { ...event, stream: 'x' }])).rejects.toMatchObject({
          code: 'event-repeated',
        });
        expect(await log.head()).toBe(0);
      }),
    );

    test(
      'of concurrent appends of the same identity exactly one is appended, the others learn its position',
      using(async (log, other) => {
        const event = newEvent();
        const results = await Promise.all(
          [log, other, log, other, log, log].map(of => of.append([newEvent(), event])),
        );
        const [appended, ...more] = results.filter(result => result.status === 'appended');
        expect(more).toEqual([]);
        const position = appended && positionsOf(appended)[1];
        const duplicates = results.filter(result => result.status === 'duplicate');
        expect(duplicates).toHaveLength(5);
        for (const result of duplicates) expect(result.duplicates).toEqual([{ index: 1, position }]);
        expect(await log.head()).toBe(2);
      }),
    );

    test(
      'tenants share neither identities nor streams',
      using(async log => {
        const event = newEvent({ stream: 's' });
        const foreign = { ...event, tenant: OTHER_TENANT };
        await log.append([event], expecting('s', -1));
        expect(positionsOf(await log.append([foreign], expecting('s', -1, OTHER_TENANT)))).toEqual([2]);
        expect((await wholeLog(log)).map(stored => [stored.tenant, stored.revision])).toEqual([
          [TENANT, 0],
          [OTHER_TENANT, 0],
        ]);
        expect(await log.readStream(OTHER_TENANT, 's')).toHaveLength(1);
      }),
    );

    test(
      'sources are part of the identity',
      using(async log => {
        const event = newEvent();
        await log.append([event]);
        expect(positionsOf(await log.append([{ ...event, source: 'another' }]))).toEqual([2]);
      }),
    );
  });

  test(
    'refused appends do not touch those that are flushed with them',
    using(async log => {
      const known = newEvent({ stream: 'known' });
      await log.append([known]);
      const good = () => log.append(newEvents(2));
      const results = await Promise.all([
        good(),
        log.append([newEvent(), known]),
        good(),
        log.append([newEvent()], expecting('known', -1)),
        good(),
      ]);
      expect(results.map(result => result.status)).toEqual([
        'appended',
        'duplicate',
        'appended',
        'conflict',
        'appended',
      ]);
      const positions = results.flatMap(result => (result.status === 'appended' ? result.positions : []));
      expect(positions.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7]);
      expect(await log.head()).toBe(7);
    }),
  );
}

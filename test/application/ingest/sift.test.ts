import { describe, expect, test, vi } from 'vitest';
import type { IngestReceipt } from '../../../src/application/ingest/requests.ts';
import { createSift, type Unfit } from '../../../src/application/ingest/sift.ts';
import { LetheError } from '../../../src/domain/errors.ts';

const ACTOR = { kind: 'api-client', id: 'kafka/in', role: 'ingest' } as const;
class Outage extends Error {}

/** Takes events as a request is taken, whole or not at all, and keeps what it took. */
function ingesting(refuse: (events: readonly unknown[]) => Error | undefined) {
  const taken: unknown[] = [];
  let calls = 0;
  const ingest = (_: string, events: readonly unknown[]): Promise<IngestReceipt> => {
    calls++;
    const error = refuse(events);
    if (error !== undefined) return Promise.reject(error);
    taken.push(...events);
    return Promise.resolve({ accepted: events.length, duplicates: 0, position: taken.length });
  };
  const onDefect = vi.fn();
  const isOutage = (error: unknown): boolean => error instanceof Outage;
  const sift = (events: readonly unknown[]): Promise<Unfit[]> =>
    createSift({ ingest, isOutage, onDefect })('tenant', events, ACTOR);
  return { sift, taken, onDefect, calls: () => calls };
}

const faulty = (code: string, bad: (event: unknown) => boolean) => (events: readonly unknown[]) => {
  const faults = events.flatMap((event, index) => (bad(event) ? [{ index, code, message: 'mend it' }] : []));
  return faults.length === 0 ? undefined : new LetheError(code, 'mend it', { faults });
};
const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
const isOdd = (event: unknown): boolean => Number(event) % 2 === 1;

describe('of events that come together', () => {
  test('all are taken at once where all can be', async () => {
    const { sift, taken, calls } = ingesting(() => undefined);
    expect(await sift(upTo(100))).toEqual([]);
    expect(taken).toEqual(upTo(100));
    expect(calls()).toBe(1);
  });

  test('those at fault are told, and the rest are taken in their order', async () => {
    const { sift, taken, calls } = ingesting(faulty('invalid-event', isOdd));
    const unfit = await sift(upTo(10));
    expect(unfit.map(({ index }) => index)).toEqual([1, 3, 5, 7, 9]);
    expect(unfit[0]).toEqual({ index: 1, code: 'invalid-event', message: 'mend it' });
    expect(taken).toEqual([0, 2, 4, 6, 8]);
    expect(calls()).toBe(2);
  });

  test('one that a refusal does not name is found, and order is kept while it is looked for', async () => {
    const refusal = new LetheError('asset-erased', 'it is erased');
    const { sift, taken } = ingesting(events => (events.includes(6) ? refusal : undefined));
    expect(await sift(upTo(10))).toEqual([{ index: 6, code: 'asset-erased', message: 'it is erased' }]);
    expect(taken).toEqual([0, 1, 2, 3, 4, 5, 7, 8, 9]);
  });

  test.each(['tenant-not-found', 'tenant-erased', 'tenant-offboarding'])(
    'all are refused without a search where the reason is the tenant’s (%s)',
    async code => {
      const { sift, calls } = ingesting(() => new LetheError(code, 'not now'));
      expect(await sift(upTo(500))).toHaveLength(500);
      expect(calls()).toBe(1);
    },
  );

  test('none is blamed for what passes', async () => {
    const passing = ['kms-unavailable', 'log-unavailable', 'log-conflict', 'log-damaged', 'epoch-closed'];
    for (const code of [...passing, 'key-store-conflict']) {
      const { sift, taken } = ingesting(() => new LetheError(code, 'later'));
      await expect(sift(upTo(4))).rejects.toMatchObject({ code });
      expect(taken).toEqual([]);
    }
  });

  test('none is blamed for an outage of the database', async () => {
    const { sift, onDefect } = ingesting(() => new Outage('gone'));
    await expect(sift(upTo(4))).rejects.toBeInstanceOf(Outage);
    expect(onDefect).not.toHaveBeenCalled();
  });

  test('one that brings out a defect is refused alone, and the defect is told', async () => {
    const defect = new TypeError('x is not a function');
    const { sift, taken, onDefect } = ingesting(events => (events.includes(2) ? defect : undefined));
    const unfit = await sift(upTo(5));
    expect(unfit).toEqual([{ index: 2, code: 'internal', message: 'the event could not be taken' }]);
    expect(taken).toEqual([0, 1, 3, 4]);
    expect(onDefect).toHaveBeenCalledWith(defect);
  });
});

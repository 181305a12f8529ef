import { expect, test } from 'vitest';
import { sharedRun } from '../../../src/platform/log/shared-run.ts';

/** Work whose runs end when they are told to. */
function runsByHand() {
  const ends: PromiseWithResolvers<number>[] = [];
  const now = sharedRun(() => {
    const end = Promise.withResolvers<number>();
    ends.push(end);
    return end.promise;
  });
  return { now, ends };
}

const nextTurn = (): Promise<void> => new Promise(resolve => void setImmediate(resolve));

test('callers that come while a run is under way share the next, which begins when it has ended', async () => {
  const { now, ends } = runsByHand();
  const first = now();
  const shared = [now(), now()];
  await nextTurn();
  expect(ends).toHaveLength(1);
  ends[0]?.resolve(1);
  expect(await first).toBe(1);
  await nextTurn();
  expect(ends).toHaveLength(2);
  ends[1]?.resolve(2);
  expect(await Promise.all(shared)).toEqual([2, 2]);
});

test('one that comes the moment a run ends shares the next as well: two are never under way', async () => {
  const { now, ends } = runsByHand();
  const late = now().then(() => now());
  const shared = now();
  ends[0]?.resolve(1);
  await nextTurn();
  expect(ends).toHaveLength(2);
  ends[1]?.resolve(2);
  expect(await Promise.all([late, shared])).toEqual([2, 2]);
});

test('a run that fails fails those that share it, and the next begins', async () => {
  const { now, ends } = runsByHand();
  const [failing, next] = [now(), now()];
  ends[0]?.reject(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  await nextTurn();
  ends[1]?.resolve(2);
  expect(await next).toBe(2);
});

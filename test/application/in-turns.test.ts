import { expect, test } from 'vitest';
import { inTurns } from '../../src/application/in-turns.ts';

test('all items come in order, and others have their turn between two slices', async () => {
  const seen: unknown[] = [];
  let others = 0;
  const asOthers = (): void => {
    others += 1;
    if (others < 10) setImmediate(asOthers);
  };
  setImmediate(asOthers);
  for await (const some of inTurns([1, 2, 3, 4, 5], 2)) seen.push([others > 0, ...some]);
  expect(seen).toEqual([
    [false, 1, 2],
    [true, 3, 4],
    [true, 5],
  ]);
  for await (const some of inTurns([], 2)) expect.fail(`of nothing came ${some.length}`);
});

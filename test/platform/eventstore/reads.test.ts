import { expect, test } from 'vitest';
import { rangesOf } from '../../../src/platform/eventstore/reads.ts';

test('neighbours are read together, and what lies far apart is not', () => {
  expect(rangesOf([])).toEqual([]);
  expect(rangesOf([7])).toEqual([{ from: 7, to: 7 }]);
  expect(rangesOf([1, 2, 18, 40])).toEqual([
    { from: 1, to: 18 },
    { from: 40, to: 40 },
  ]);
});

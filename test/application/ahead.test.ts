import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { ahead } from '../../src/application/ahead.ts';

async function* numbers(upTo: number, made: number[], onEnd?: () => void): AsyncGenerator<number> {
  try {
    for (let n = 1; n <= upTo; n++) {
      await nextTurn();
      made.push(n);
      yield n;
    }
  } finally {
    onEnd?.();
  }
}

test('every item comes, in order, and the next is made while one is worked on, no more', async () => {
  const made: number[] = [];
  const seen: number[] = [];
  for await (const n of ahead(numbers(4, made))) {
    await nextTurn();
    await nextTurn();
    seen.push(n);
    expect(made.length).toBe(Math.min(n + 1, 4));
  }
  expect(seen).toEqual([1, 2, 3, 4]);
});

test('what fails is thrown in its turn, behind the items that came', async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 1;
    await nextTurn();
    throw new Error('the source is gone');
  }
  const items = ahead(broken());
  expect(await items.next()).toEqual({ done: false, value: 1 });
  await nextTurn();
  await nextTurn();
  await expect(items.next()).rejects.toThrow('the source is gone');
});

test('who stops early lets the source end', async () => {
  let hasEnded = false;
  for await (const n of ahead(numbers(9, [], () => (hasEnded = true)))) if (n === 2) break;
  expect(hasEnded).toBe(true);
});

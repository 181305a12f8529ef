import { expect, test } from 'vitest';
import { coalesce } from '../../src/application/coalesce.ts';

/** A run that ends when the test says so, and what it was given. */
function manual() {
  const runs: { readonly requests: readonly number[]; readonly end: (error?: Error) => void }[] = [];
  const ask = coalesce<number, string>(
    requests =>
      new Promise((resolve, reject) => {
        const end = (error?: Error): void =>
          error === undefined ? resolve(requests.map(request => `answer ${request}`)) : reject(error);
        runs.push({ requests, end });
      }),
    { most: 3, inFlight: 1 },
  );
  return { ask, runs };
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('requests that arrive together share a run, and each gets its own answer', async () => {
  const { ask, runs } = manual();
  const answers = Promise.all([ask(1), ask(2)]);
  await turn();
  runs[0]?.end();
  expect(await answers).toEqual(['answer 1', 'answer 2']);
  expect(runs.map(({ requests }) => requests)).toEqual([[1, 2]]);
});

test('requests that arrive during a run wait and share the next, no more than fit', async () => {
  const { ask, runs } = manual();
  const first = ask(1);
  await turn();
  const later = Promise.all([ask(2), ask(3), ask(4), ask(5)]);
  await turn();
  expect(runs).toHaveLength(1);
  for (let run = 0; run < 3; run++) {
    runs[run]?.end();
    await turn();
    await turn();
  }
  expect(await first).toBe('answer 1');
  expect(await later).toEqual(['answer 2', 'answer 3', 'answer 4', 'answer 5']);
  expect(runs.map(({ requests }) => requests)).toEqual([[1], [2, 3, 4], [5]]);
});

test('a run that fails fails its own requests and no other', async () => {
  const { ask, runs } = manual();
  const failing = ask(1);
  await turn();
  const next = ask(2);
  runs[0]?.end(new Error('lost'));
  await expect(failing).rejects.toThrow('lost');
  await turn();
  runs[1]?.end();
  expect(await next).toBe('answer 2');
});

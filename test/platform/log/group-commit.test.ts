import { expect, test } from 'vitest';
import type { Expectation, NewEvent } from '../../../src/domain/ports/event-log.ts';
import { createGroupCommit, takeBatch } from '../../../src/platform/log/group-commit.ts';
import { pendingAppend, type PendingAppend } from '../../../src/platform/log/pending-append.ts';
import { newEvent, newEvents, TENANT } from '../../contract/event-log-fixtures.ts';

const ignore = { resolve: () => undefined, reject: () => undefined };
const pending = (events: readonly NewEvent[], expectations: readonly Expectation[] = []): PendingAppend =>
  pendingAppend(events, expectations, ignore);
const expecting = (stream: string): Expectation[] => [{ tenant: TENANT, stream, revision: -1 }];

/** A group commit whose flushes end when the test says so. */
function controlled() {
  const flushes: { sizes: number[]; end: () => void }[] = [];
  const commits = createGroupCommit(async batch => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    flushes.push({ sizes: batch.map(append => append.events.length), end: () => resolve(undefined) });
    await promise;
  });
  return {
    commits,
    sizes: () => flushes.map(flush => flush.sizes),
    end: (index: number) => flushes[index]?.end(),
  };
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(() => setImmediate(resolve)));

test('appends that arrive together share a flush; those that arrive during it share the next one', async () => {
  const { commits, sizes, end } = controlled();
  commits.submit(pending(newEvents(1)));
  commits.submit(pending(newEvents(2)));
  await turn();
  commits.submit(pending(newEvents(3)));
  await turn();
  commits.submit(pending(newEvents(4)));
  await turn();
  expect(sizes()).toEqual([[1, 2]]);
  end(0);
  await turn();
  expect(sizes()).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('much that waits starts a second flush beside the first, but never a third', async () => {
  const { commits, sizes } = controlled();
  for (const size of [1, 1_500, 1_500, 1_500]) {
    commits.submit(pending(newEvents(size)));
    await turn();
  }
  expect(sizes()).toEqual([[1], [1_500]]);
});

test('drained resolves when the last append is settled', async () => {
  const { commits, end } = controlled();
  await commits.drained();
  commits.submit(pending(newEvents(1)));
  await turn();
  let isDrained = false;
  const drained = commits.drained().then(() => (isDrained = true));
  await turn();
  expect(isDrained).toBe(false);
  end(0);
  expect(await drained).toBe(true);
});

test('a batch ends before 1,000 events or 8 MB, but takes any first append', () => {
  const large = pending([newEvent({ sealed: Buffer.alloc(9 * 1024 * 1024) })]);
  const [many, more, few] = [800, 300, 200].map(size => pending(newEvents(size)));
  if (many === undefined || more === undefined || few === undefined) throw new Error('three sizes');
  expect(takeBatch([large, few])).toEqual({ taken: [large], left: [few] });
  expect(takeBatch([many, more, few])).toEqual({ taken: [many], left: [more, few] });
  expect(takeBatch([many, few])).toEqual({ taken: [many, few], left: [] });
});

test('what concerns an append of the batch waits for the next one, what is independent does not', () => {
  const event = newEvent({ stream: 'a' });
  const first = pending([event], expecting('guarded'));
  const sameIdentity = pending([{ ...event, stream: 'b' }]);
  const intoGuarded = pending([newEvent({ stream: 'guarded' })]);
  const guardsTouched = pending([newEvent()], expecting('a'));
  const guardsGuarded = pending([newEvent()], expecting('guarded'));
  const independent = pending([newEvent({ stream: 'a' })], expecting('c'));
  const concerned = [sameIdentity, intoGuarded, guardsTouched, guardsGuarded];
  expect(takeBatch([first, ...concerned, independent])).toEqual({
    taken: [first, independent],
    left: concerned,
  });
});

import { expect, test } from 'vitest';
import { createFreshness } from '../../src/application/freshness.ts';
import { LetheError } from '../../src/domain/errors.ts';
import type { Actor } from '../../src/domain/events/envelope.ts';

const ACTOR: Actor = { kind: 'api-client', id: 'key-1' };
const ingestTo = (position: number) => () => Promise.resolve({ accepted: 1, duplicates: 0, position });

/** Views that note what they are waited for, and answer as the test says. */
function views(answer: () => Promise<void> = () => Promise.resolve()) {
  const asked: number[] = [];
  const reached = (position: number): Promise<void> => {
    asked.push(position);
    return answer();
  };
  return { asked, freshness: createFreshness({ reached }) };
}

test('a read waits for the newest position that was taken in for its tenant, and for no other', async () => {
  const { asked, freshness } = views();
  await freshness.noting(ingestTo(9))('one', [{}], ACTOR);
  await freshness.noting(ingestTo(4))('one', [{}], ACTOR);
  await freshness.settled('two');
  await freshness.settled('one');
  expect(asked).toEqual([9]);
});

test('views that are behind are shown as they are', async () => {
  const { freshness } = views(() => Promise.reject(new LetheError('view-behind', 'not yet')));
  await freshness.noting(ingestTo(1))('one', [{}], ACTOR);
  await expect(freshness.settled('one')).resolves.toBeUndefined();
});

test('any other failure is the reader’s to know', async () => {
  const { freshness } = views(() => Promise.reject(new LetheError('log-unavailable', 'lost')));
  await freshness.noting(ingestTo(1))('one', [{}], ACTOR);
  await expect(freshness.settled('one')).rejects.toMatchObject({ code: 'log-unavailable' });
});

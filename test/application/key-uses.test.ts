import { expect, test } from 'vitest';
import { createKeyUses } from '../../src/application/key-uses.ts';
import { createFakeClock } from '../support/fake-clock.ts';

function rig() {
  const clock = createFakeClock();
  const stored: [string, Date][][] = [];
  const database = { down: false };
  const uses = createKeyUses({
    clock,
    store: {
      noteUses: noted => {
        if (database.down) return Promise.reject(new Error('the database is down'));
        stored.push([...noted]);
        return Promise.resolve();
      },
    },
  });
  return { clock, stored, database, uses };
}

test('many uses of a key are one write, with the last of them, and none where nothing was used', async () => {
  const { clock, stored, uses } = rig();
  uses.note('a');
  clock.advance(1_000);
  uses.note('a');
  uses.note('b');
  await uses.flush();
  await uses.flush();
  expect(stored).toEqual([
    [
      ['a', clock.now()],
      ['b', clock.now()],
    ],
  ]);
});

test('what could not be written is written later, and what was used meanwhile is not set back', async () => {
  const { clock, stored, database, uses } = rig();
  uses.note('a');
  uses.note('b');
  const before = clock.now();
  database.down = true;
  const failing = uses.flush();
  clock.advance(1_000);
  uses.note('a');
  await expect(failing).rejects.toThrow('the database is down');
  database.down = false;
  await uses.flush();
  expect(new Map(stored[0])).toEqual(
    new Map([
      ['a', clock.now()],
      ['b', before],
    ]),
  );
});

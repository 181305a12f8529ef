import { expect, test } from 'vitest';
import type { EventLog } from '../../../src/domain/ports/event-log.ts';
import { createRig, verifyWholeTree } from './rig.ts';

/** More than the notary takes in one transaction, so that it reads ahead. */
const EVENTS = 8_100;

test('a read ahead that fails is made again when its turn comes, and no leaf is lost', async () => {
  const rig = await createRig();
  try {
    await rig.append(EVENTS);
    const asked: number[] = [];
    const log: Pick<EventLog, 'readLeaves'> = {
      readLeaves: (after, limit) => {
        asked.push(after);
        return asked.length === 2 ? Promise.reject(new Error('injected')) : rig.log.readLeaves(after, limit);
      },
    };
    await rig.notary({ log }).catchUp();
    const [, ahead] = asked;
    expect(ahead).toBeGreaterThan(0);
    expect(asked).toEqual([0, ahead, ahead, EVENTS]);
    await verifyWholeTree(rig);
  } finally {
    await rig.close();
  }
});

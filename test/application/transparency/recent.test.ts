import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTransparency, type Transparency } from '../../../src/application/transparency/transparency.ts';
import { TENANT } from '../../contract/event-log-fixtures.ts';
import { createRig, type Rig } from './rig.ts';

let rig: Rig;
let transparency: Transparency;
let reads = 0;
beforeEach(async () => {
  rig = await createRig();
  reads = 0;
  const newest: Rig['trees']['newest'] = tenant => {
    reads++;
    return rig.trees.newest(tenant);
  };
  transparency = createTransparency({ ...rig, trees: { ...rig.trees, newest }, tiles: rig.trees });
});
afterEach(() => rig.close());

const sign = async (events: number): Promise<void> => {
  const notary = rig.notary();
  await rig.append(events);
  await notary.catchUp();
  rig.clock.advance(1_000);
  await notary.signAll();
};
const sizeOf = async (size: number): Promise<number | undefined> =>
  (await transparency.recent(TENANT, size))?.size;

test('before the first checkpoint there is none, and the first is found at once', async () => {
  expect(await sizeOf(0)).toBeUndefined();
  await sign(5);
  expect(await sizeOf(0)).toBe(5);
});

test('what a remembered checkpoint does not cover is looked for among the newest', async () => {
  await sign(5);
  expect(await sizeOf(5)).toBe(5);
  await sign(2);
  expect(await sizeOf(6)).toBe(7);
  expect(await sizeOf(8)).toBe(7);
});

test('who asks often costs the database little', async () => {
  await sign(5);
  for (let asked = 0; asked < 500; asked++) expect(await sizeOf(3)).toBe(5);
  expect(reads).toBeLessThan(250);
});

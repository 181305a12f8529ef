import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheTiles } from '../../../src/application/transparency/cached-tiles.ts';
import type { WantedTile } from '../../../src/domain/ports/tree-store.ts';
import { OTHER_TENANT, TENANT } from '../../contract/event-log-fixtures.ts';
import { createRig, type Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
  await rig.append(600);
  await rig.append(300, OTHER_TENANT);
  await rig.notary().catchUp();
});
afterAll(() => rig.close());

/** Of a tree of 600 leaves: two full tiles, the unfinished third, the one above them, and one that is not there. */
const WANTED: readonly WantedTile[] = [
  { level: 0, index: 0, width: 256 },
  { level: 0, index: 1, width: 1 },
  { level: 0, index: 2, width: 88 },
  { level: 0, index: 3, width: 1 },
  { level: 1, index: 0, width: 2 },
];

const countingTiles = (): { tiles: Rig['trees']['tiles']; asked: number[] } => {
  const asked: number[] = [];
  const tiles: Rig['trees']['tiles'] = (tenant, places) => {
    asked.push(places.length);
    return rig.trees.tiles(tenant, places);
  };
  return { tiles, asked };
};

test('a tile is read once while it reaches as far as is wanted, of each tenant its own', async () => {
  const { tiles, asked } = countingTiles();
  const cached = cacheTiles({ tiles });
  const stored = await rig.trees.tiles(TENANT, WANTED);
  expect(stored.map(({ length }) => length / 32)).toEqual([256, 256, 88, 0, 2]);
  for (let time = 0; time < 2; time++) expect(await cached.tiles(TENANT, WANTED)).toEqual(stored);
  // What is not there is asked for again: it may come.
  expect(asked).toEqual([5, 1]);
  const [other] = await cached.tiles(OTHER_TENANT, WANTED);
  expect(other).toEqual((await rig.trees.tiles(OTHER_TENANT, WANTED))[0]);
  expect(other).not.toEqual(stored[0]);
});

test('a tile that has grown is read again by whoever wants more of it than is known', async () => {
  const { tiles, asked } = countingTiles();
  const cached = cacheTiles({ tiles });
  const before = await cached.tiles(TENANT, WANTED);
  await rig.append(100);
  await rig.notary().catchUp();
  const third = WANTED.filter(({ level, index }) => level === 0 && index === 2);
  expect(await cached.tiles(TENANT, third)).toEqual([before[2]]);
  const [grown] = await cached.tiles(
    TENANT,
    third.map(tile => ({ ...tile, width: 188 })),
  );
  expect(grown).toHaveLength(188 * 32);
  expect(grown?.subarray(0, 88 * 32)).toEqual(before[2]);
  expect(asked).toEqual([5, 1]);
});

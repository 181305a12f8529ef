import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheTiles } from '../../../src/application/transparency/cached-tiles.ts';
import type { TilePlace } from '../../../src/domain/ports/tree-store.ts';
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
const PLACES: readonly TilePlace[] = [
  ...[0, 1, 2, 3].map(index => ({ level: 0, index })),
  { level: 1, index: 0 },
];

test('full tiles are read once, of each tenant its own, and unfinished ones every time', async () => {
  const asked: number[] = [];
  const tiles: Rig['trees']['tiles'] = (tenant, places) => {
    asked.push(places.length);
    return rig.trees.tiles(tenant, places);
  };
  const cached = cacheTiles({ tiles });
  const stored = await rig.trees.tiles(TENANT, PLACES);
  expect(stored.map(({ length }) => length / 32)).toEqual([256, 256, 88, 0, 2]);
  for (let time = 0; time < 2; time++) expect(await cached.tiles(TENANT, PLACES)).toEqual(stored);
  expect(asked).toEqual([5, 3]);
  const [other] = await cached.tiles(OTHER_TENANT, PLACES);
  expect(other).toEqual((await rig.trees.tiles(OTHER_TENANT, PLACES))[0]);
  expect(other).not.toEqual(stored[0]);
  await cached.tiles(TENANT, PLACES.slice(0, 2));
  expect(asked).toEqual([5, 3, 5]);

  await rig.append(100);
  await rig.notary().catchUp();
  expect(await cached.tiles(TENANT, PLACES)).toEqual(await rig.trees.tiles(TENANT, PLACES));
});

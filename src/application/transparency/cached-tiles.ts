import { Buffer } from 'node:buffer';
import { LRUCache } from 'lru-cache';
import { HASH_BYTES } from '../../domain/merkle/hash.ts';
import type { TilePlace, TreeStore } from '../../domain/ports/tree-store.ts';
import { TILE_WIDTH } from '../../domain/tlog/tiles.ts';

/** Some 8,000 tiles: the leaves of two million events, or the upper levels of any number of trees. */
const MOST_BYTES = 64 * 1024 * 1024;
const FULL_BYTES = TILE_WIDTH * HASH_BYTES;
const EMPTY = Buffer.alloc(0);

/**
 * Tiles with the full ones kept in memory, which never change. For readers that serve: whoever signs or verifies reads
 * what is stored.
 */
export function cacheTiles(trees: Pick<TreeStore, 'tiles'>): Pick<TreeStore, 'tiles'> {
  const full = new LRUCache<string, Buffer>({ maxSize: MOST_BYTES, sizeCalculation: tile => tile.length });
  return {
    tiles: async (tenant, places) => {
      const key = ({ level, index }: TilePlace): string => `${tenant}/${level}/${index}`;
      const found = new Map(places.map(place => [key(place), full.get(key(place))]));
      const missing = places.filter(place => found.get(key(place)) === undefined);
      const read = missing.length === 0 ? [] : await trees.tiles(tenant, missing);
      for (const [at, place] of missing.entries()) {
        const tile = read[at];
        found.set(key(place), tile);
        if (tile?.length === FULL_BYTES) full.set(key(place), tile);
      }
      return places.map(place => found.get(key(place)) ?? EMPTY);
    },
  };
}

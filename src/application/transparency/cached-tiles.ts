import { Buffer } from 'node:buffer';
import { LRUCache } from 'lru-cache';
import { HASH_BYTES } from '../../domain/merkle/hash.ts';
import type { TreeStore, WantedTile } from '../../domain/ports/tree-store.ts';
import type { TileSource } from './tree-reader.ts';

/** Some 8,000 tiles: the leaves of two million events, or the upper levels of any number of trees. */
const MOST_BYTES = 64 * 1024 * 1024;
const EMPTY = Buffer.alloc(0);

/**
 * Tiles as they were last read, as long as they reach as far as is wanted: a tile only grows, so what is known of it stays
 * right. For readers that serve: whoever signs or verifies reads what is stored.
 */
export function cacheTiles(trees: Pick<TreeStore, 'tiles'>): TileSource {
  const known = new LRUCache<string, Buffer>({ maxSize: MOST_BYTES, sizeCalculation: tile => tile.length });
  return {
    tiles: async (tenant, wanted) => {
      const key = ({ level, index }: WantedTile): string => `${tenant}/${level}/${index}`;
      const found = wanted.map(tile => {
        const kept = known.get(key(tile));
        return kept !== undefined && kept.length >= tile.width * HASH_BYTES ? kept : undefined;
      });
      const missing = wanted.filter((_, at) => found[at] === undefined);
      const read = missing.length === 0 ? [] : await trees.tiles(tenant, missing);
      for (const [at, tile] of missing.entries()) {
        const hashes = read[at];
        if (hashes !== undefined && hashes.length > 0) known.set(key(tile), hashes);
      }
      const fresh = read.values();
      return found.map(tile => tile ?? fresh.next().value ?? EMPTY);
    },
  };
}

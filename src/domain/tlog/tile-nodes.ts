import type { Buffer } from 'node:buffer';
import { LetheError } from '../errors.ts';
import { HASH_BYTES } from '../merkle/hash.ts';
import type { Node } from '../merkle/nodes.ts';
import { subtreeRoot } from './grow.ts';
import { TILE_HEIGHT, TILE_WIDTH } from './tiles.ts';

/** Where a node's hash comes from: the hashes [from, from + count) of a tile, folded. */
export interface NodePlace {
  readonly level: number;
  readonly index: number;
  readonly from: number;
  readonly count: number;
}

/** The tile that a perfect subtree lies in. */
export function placeOf({ level, index }: Node): NodePlace {
  const count = 2 ** (level % TILE_HEIGHT);
  const first = index * count;
  return {
    level: Math.floor(level / TILE_HEIGHT),
    index: Math.floor(first / TILE_WIDTH),
    from: first % TILE_WIDTH,
    count,
  };
}

/** The hash of a node from the hashes of its tile. Throws `tile-missing` where the tile does not reach so far. */
export function hashAt({ level, index, from, count }: NodePlace, tile: Buffer | undefined): Buffer {
  const end = (from + count) * HASH_BYTES;
  if (tile === undefined || tile.length < end)
    throw new LetheError('tile-missing', `tile ${index} of level ${level} is shorter than its tree says`);
  return subtreeRoot(tile.subarray(from * HASH_BYTES, end));
}

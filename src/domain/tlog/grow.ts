import { Buffer } from 'node:buffer';
import { HASH_BYTES, nodeHash } from '../merkle/hash.ts';
import { POSITION_BYTES } from './leaf-positions.ts';
import { TILE_WIDTH } from './tiles.ts';

/** What a tree needs to grow: its size, and the unfinished tile of each level (RFC 6962 tree in C2SP tlog-tiles). */
export interface TreeEdge {
  readonly size: number;
  /** By level, hashes one after another; empty where a level has no unfinished tile. */
  readonly tiles: readonly Buffer[];
  /** Log positions of the leaves of the unfinished tile of level 0, encoded. */
  readonly positions: Buffer;
}

export const EMPTY_EDGE: TreeEdge = { size: 0, tiles: [], positions: Buffer.alloc(0) };

export interface GrownTile {
  readonly level: number;
  readonly index: number;
  readonly hashes: Buffer;
}

/** Everything that changes in a tree when leaves are added: each tile that is new or longer, whole. */
export interface TreeGrowth {
  readonly tenant: string;
  readonly size: number;
  readonly tiles: readonly GrownTile[];
  readonly positions: readonly { readonly index: number; readonly positions: Buffer }[];
}

/** New leaves of one tenant, in log order. */
export interface NewLeaves {
  /** 32 bytes each, one after another. */
  readonly hashes: Buffer;
  /** Log positions, 8 bytes each. */
  readonly positions: Buffer;
}

/** Adds leaves to a tree, of which only the edge is needed. */
export function growTree(tenant: string, edge: TreeEdge, leaves: NewLeaves): TreeGrowth {
  const tiles: GrownTile[] = [];
  let added = leaves.hashes;
  for (let level = 0; added.length > 0; level++) {
    const first = Math.floor(edge.size / TILE_WIDTH ** (level + 1));
    const grown = inPieces(
      Buffer.concat([edge.tiles[level] ?? Buffer.alloc(0), added]),
      TILE_WIDTH * HASH_BYTES,
    );
    grown.forEach((hashes, at) => tiles.push({ level, index: first + at, hashes }));
    added = Buffer.concat(grown.filter(isFull).map(subtreeRoot));
  }
  const first = Math.floor(edge.size / TILE_WIDTH);
  const pieces = inPieces(Buffer.concat([edge.positions, leaves.positions]), TILE_WIDTH * POSITION_BYTES);
  return {
    tenant,
    size: edge.size + leaves.hashes.length / HASH_BYTES,
    tiles,
    positions: pieces.map((positions, at) => ({ index: first + at, positions })),
  };
}

const isFull = (hashes: Buffer): boolean => hashes.length === TILE_WIDTH * HASH_BYTES;

function inPieces(bytes: Buffer, length: number): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += length) pieces.push(bytes.subarray(at, at + length));
  return pieces;
}

/** The root of a perfect subtree over hashes that stand one after another: a power of two of them. */
export function subtreeRoot(hashes: Buffer): Buffer {
  let row: readonly Buffer[] = inPieces(hashes, HASH_BYTES);
  while (row.length > 1) {
    const above: Buffer[] = [];
    for (let at = 0; at + 1 < row.length; at += 2) above.push(pairHash(row, at));
    row = above;
  }
  const [root] = row;
  if (root === undefined) throw new RangeError('a subtree has at least one hash');
  return root;
}

function pairHash(row: readonly Buffer[], at: number): Buffer {
  const [left, right] = [row[at], row[at + 1]];
  if (left === undefined || right === undefined)
    throw new RangeError('a perfect subtree has a power of two of hashes');
  return nodeHash(left, right);
}

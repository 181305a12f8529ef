import type { Buffer } from 'node:buffer';
import { LetheError } from '../errors.ts';
import { foldRoots, HASH_BYTES, nodeHash } from './hash.ts';
import { coveringNodes, leavesBelow, rangeNodes } from './nodes.ts';

interface Subtree {
  readonly level: number;
  readonly hash: Buffer;
}

/** The right edge of a growing tree: the roots of its perfect subtrees, largest first. Memory grows with log2(size). */
export class Frontier {
  readonly #subtrees: Subtree[];
  #size: number;

  /** `roots`: of the perfect subtrees of the first `size` leaves, largest first. Throws `range-proof-invalid`. */
  constructor(size = 0, roots: readonly Buffer[] = []) {
    this.#subtrees = pair(coveringNodes(0, size), roots);
    this.#size = size;
  }

  get size(): number {
    return this.#size;
  }

  get roots(): readonly Buffer[] {
    return this.#subtrees.map(({ hash }) => hash);
  }

  /** Appends a leaf by its hash; constant time, amortised. */
  append(leaf: Buffer): void {
    this.appendSubtree(0, leaf);
  }

  /** Appends 2^level leaves by the root of their subtree; the size must be a multiple of 2^level. */
  appendSubtree(level: number, root: Buffer): void {
    let added: Subtree = { level, hash: root };
    this.#size += leavesBelow(level);
    for (let last = this.#subtrees.at(-1); last?.level === added.level; last = this.#subtrees.at(-1)) {
      added = { level: added.level + 1, hash: nodeHash(last.hash, added.hash) };
      this.#subtrees.pop();
    }
    this.#subtrees.push(added);
  }

  root(): Buffer {
    return foldRoots(this.roots);
  }
}

/** The leaves [from, to) of a tree of `size`, with what stands to either side, as `rangeNodes` lists it. */
export interface RangeProof {
  readonly from: number;
  readonly to: number;
  readonly size: number;
  readonly left: readonly Buffer[];
  readonly right: readonly Buffer[];
}

/**
 * The root that a range proof and the leaf hashes of its range lead to, in constant memory: equal to the tree's root,
 * it proves that these are all the leaves of the range, in order. Throws `range-proof-invalid`.
 */
export async function rootOfRange(
  { from, to, size, left, right }: RangeProof,
  leaves: AsyncIterable<Buffer> | Iterable<Buffer>,
): Promise<Buffer> {
  if (![from, to, size].every(Number.isSafeInteger) || from < 0 || from > to || to > size)
    throw invalid('the range does not lie within the tree');
  const frontier = new Frontier(from, left);
  for await (const leaf of leaves) frontier.append(leaf);
  if (frontier.size !== to)
    throw invalid(`the range has ${frontier.size - from} leaves instead of ${to - from}`);
  for (const { level, hash } of pair(rangeNodes(from, to, size).right, right))
    frontier.appendSubtree(level, hash);
  return frontier.root();
}

function pair(nodes: readonly { readonly level: number }[], hashes: readonly Buffer[]): Subtree[] {
  if (nodes.length !== hashes.length || !hashes.every(({ length }) => length === HASH_BYTES))
    throw invalid(`${hashes.length} hashes stand where ${nodes.length} of ${HASH_BYTES} bytes belong`);
  return hashes.map((hash, at) => ({ level: nodes[at]?.level ?? 0, hash }));
}

const invalid = (message: string): LetheError => new LetheError('range-proof-invalid', message);

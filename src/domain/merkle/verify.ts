import type { Buffer } from 'node:buffer';
import { LetheError } from '../errors.ts';
import { HASH_BYTES, nodeHash } from './hash.ts';

export interface TreeHead {
  /** Number of leaves. */
  readonly size: number;
  readonly root: Buffer;
}

export interface InclusionClaim extends TreeHead {
  /** Hash of the leaf, not the entry. */
  readonly leaf: Buffer;
  readonly index: number;
  /** From the leaf's sibling upwards. */
  readonly proof: readonly Buffer[];
}

export interface ConsistencyClaim {
  readonly from: TreeHead;
  readonly to: TreeHead;
  readonly proof: readonly Buffer[];
}

const isOdd = (n: number): boolean => n % 2 === 1;
const half = (n: number): number => Math.floor(n / 2);
const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
const isHash = (bytes: Buffer): boolean => bytes.length === HASH_BYTES;

/** Proves that a leaf stands at an index of a tree (RFC 9162 §2.1.3.2). Throws `inclusion-proof-invalid`. */
export function verifyInclusion({ leaf, index, size, proof, root }: InclusionClaim): void {
  if (!isCount(index) || !isCount(size) || index >= size)
    throw notIncluded('the index lies outside the tree');
  if (![leaf, ...proof].every(isHash)) throw notIncluded('a hash is not 32 bytes long');
  let place = index;
  let last = size - 1;
  let reached = leaf;
  for (const sibling of proof) {
    if (last === 0) throw notIncluded('the proof is too long');
    if (isOdd(place) || place === last) {
      reached = nodeHash(sibling, reached);
      for (; !isOdd(place) && place > 0; place = half(place)) last = half(last);
    } else {
      reached = nodeHash(reached, sibling);
    }
    place = half(place);
    last = half(last);
  }
  if (last !== 0) throw notIncluded('the proof is too short');
  if (!reached.equals(root)) throw notIncluded('the proof leads to another root');
}

/**
 * Proves that a tree begins with all of an older, non-empty one (RFC 9162 §2.1.4.2). Throws `consistency-proof-invalid`.
 */
export function verifyConsistency({ from, to, proof }: ConsistencyClaim): void {
  if (!isCount(from.size) || !isCount(to.size) || from.size > to.size)
    throw notConsistent('the sizes are not in order');
  if (from.size === 0) throw notConsistent('every tree extends the empty one: there is nothing to prove');
  if (!proof.every(isHash)) throw notConsistent('a hash is not 32 bytes long');
  if (from.size === to.size) {
    if (proof.length > 0) throw notConsistent('trees of one size need no proof');
    if (!from.root.equals(to.root)) throw notConsistent('two roots for one size');
    return;
  }
  const { older, newer } = climb(from, to, proof);
  if (!older.equals(from.root)) throw notConsistent('the proof leads to another root of the older tree');
  if (!newer.equals(to.root)) throw notConsistent('the proof leads to another root of the newer tree');
}

/** The roots of both trees that a proof leads to. */
function climb(from: TreeHead, to: TreeHead, proof: readonly Buffer[]): { older: Buffer; newer: Buffer } {
  let place = from.size - 1;
  let last = to.size - 1;
  for (; isOdd(place); place = half(place)) last = half(last);
  // A perfect older tree is itself the first node: the proof leaves it out.
  const [first, ...rest] = place === 0 ? [from.root, ...proof] : proof;
  if (first === undefined || proof.length === 0) throw notConsistent('the proof is too short');
  let older = first;
  let newer = first;
  for (const sibling of rest) {
    if (last === 0) throw notConsistent('the proof is too long');
    if (isOdd(place) || place === last) {
      older = nodeHash(sibling, older);
      newer = nodeHash(sibling, newer);
      for (; !isOdd(place) && place > 0; place = half(place)) last = half(last);
    } else {
      newer = nodeHash(newer, sibling);
    }
    place = half(place);
    last = half(last);
  }
  if (last !== 0) throw notConsistent('the proof is too short');
  return { older, newer };
}

const notIncluded = (message: string): LetheError => new LetheError('inclusion-proof-invalid', message);
const notConsistent = (message: string): LetheError => new LetheError('consistency-proof-invalid', message);

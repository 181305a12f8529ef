import { createHash } from 'node:crypto';

const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};

/** RFC 6962 §2.1, as it is written there: the reference that what a bundle is verified with is measured against. */
export const slowLeaf = (entry: Uint8Array): Buffer => sha256(Uint8Array.of(0), entry);
const node = (left: Buffer, right: Buffer): Buffer => sha256(Uint8Array.of(1), left, right);

/** The largest power of two below n. */
function splitOf(n: number): number {
  let split = 1;
  while (split * 2 < n) split *= 2;
  return split;
}

export function slowRoot(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return only;
  const split = splitOf(leaves.length);
  return node(slowRoot(leaves.slice(0, split)), slowRoot(leaves.slice(split)));
}

/** PATH(m, D[n]) of RFC 6962 §2.1.1. */
export function slowInclusion(index: number, leaves: readonly Buffer[]): Buffer[] {
  if (leaves.length <= 1) return [];
  const split = splitOf(leaves.length);
  const [low, high] = [leaves.slice(0, split), leaves.slice(split)];
  return index < split
    ? [...slowInclusion(index, low), slowRoot(high)]
    : [...slowInclusion(index - split, high), slowRoot(low)];
}

/** PROOF(m, D[n]) of RFC 6962 §2.1.2. */
export function slowConsistency(from: number, leaves: readonly Buffer[], isWhole = true): Buffer[] {
  if (from === leaves.length) return isWhole ? [] : [slowRoot(leaves)];
  const split = splitOf(leaves.length);
  const [low, high] = [leaves.slice(0, split), leaves.slice(split)];
  return from <= split
    ? [...slowConsistency(from, low, isWhole), slowRoot(high)]
    : [...slowConsistency(from - split, high, false), slowRoot(low)];
}

/** Roots of the largest perfect subtrees that lie wholly outside [from, to): before it and after it, in order. */
export function slowRange(
  from: number,
  to: number,
  leaves: readonly Buffer[],
): { readonly left: Buffer[]; readonly right: Buffer[] } {
  const [left, right]: [Buffer[], Buffer[]] = [[], []];
  const walk = (some: readonly Buffer[], start: number): void => {
    if (some.length === 0) return;
    const end = start + some.length;
    const isPerfect = Number.isInteger(Math.log2(some.length));
    if (end <= from && isPerfect) left.push(slowRoot(some));
    else if (start >= to && isPerfect) right.push(slowRoot(some));
    else if (some.length > 1) {
      const split = splitOf(some.length);
      walk(some.slice(0, split), start);
      walk(some.slice(split), start + split);
    }
  };
  walk(leaves, 0);
  return { left, right };
}

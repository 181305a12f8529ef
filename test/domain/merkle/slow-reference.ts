import { createHash } from 'node:crypto';

/** RFC 6962 §2.1 to 2.1.2 as it is written, recursion and all: slow, and hard to get wrong. */
const sha256 = (...parts: readonly Buffer[]): Buffer =>
  createHash('sha256').update(Buffer.concat(parts)).digest();
const splitOf = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));

/** MTH(D[n]) */
export function rootOf(entries: readonly Buffer[]): Buffer {
  const [first] = entries;
  if (first === undefined) return sha256();
  if (entries.length === 1) return sha256(Buffer.from([0]), first);
  const k = splitOf(entries.length);
  return sha256(Buffer.from([1]), rootOf(entries.slice(0, k)), rootOf(entries.slice(k)));
}

/** PATH(m, D[n]) */
export function pathOf(m: number, entries: readonly Buffer[]): Buffer[] {
  if (entries.length <= 1) return [];
  const k = splitOf(entries.length);
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  return m < k ? [...pathOf(m, left), rootOf(right)] : [...pathOf(m - k, right), rootOf(left)];
}

/** SUBPROOF(m, D[n], b); PROOF(m, D[n]) where b is true */
export function proofOf(m: number, entries: readonly Buffer[], isKnown = true): Buffer[] {
  if (m === entries.length) return isKnown ? [] : [rootOf(entries)];
  const k = splitOf(entries.length);
  const [left, right] = [entries.slice(0, k), entries.slice(k)];
  return m <= k
    ? [...proofOf(m, left, isKnown), rootOf(right)]
    : [...proofOf(m - k, right, false), rootOf(left)];
}

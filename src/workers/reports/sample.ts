import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';

/**
 * `count` different numbers of [from, to), or all of them where there are no more: the i-th candidate is
 * SHA-256(seed ‖ i), its first 6 bytes modulo the size. Anybody with the seed draws the same.
 */
export function drawSample(seed: Buffer, from: number, to: number, count: number): number[] {
  const size = to - from;
  if (size <= count) return Array.from({ length: size }, (_, index) => from + index);
  const drawn = new Set<number>();
  for (let i = 0; drawn.size < count; i++) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(i);
    const digest = hash('sha256', Buffer.concat([seed, counter]), 'buffer');
    drawn.add(from + (digest.readUIntBE(0, 6) % size));
  }
  return [...drawn].toSorted((a, b) => a - b);
}

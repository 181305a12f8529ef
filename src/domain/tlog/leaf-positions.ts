import { Buffer } from 'node:buffer';

/** A log position is stored in 8 bytes, most significant first, so that bytes sort as numbers do. */
export const POSITION_BYTES = 8;

export const decodePositions = (bytes: Buffer): number[] =>
  Array.from({ length: bytes.length / POSITION_BYTES }, (_, at) =>
    Number(bytes.readBigUInt64BE(at * POSITION_BYTES)),
  );

export function encodePositions(positions: readonly number[]): Buffer {
  const bytes = Buffer.alloc(positions.length * POSITION_BYTES);
  positions.forEach((position, at) => bytes.writeBigUInt64BE(BigInt(position), at * POSITION_BYTES));
  return bytes;
}

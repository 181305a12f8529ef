import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  openStream,
  sealStream,
  STREAM_CHUNK_BYTES,
  STREAM_HEADER_BYTES,
} from '../../../src/domain/sealing/stream.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { collect } from '../../support/collect.ts';

const key = randomBytes(32);
const salt = randomBytes(32);
const SEALED_CHUNK = STREAM_CHUNK_BYTES + 16;

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}
const seal = (bytes: Buffer, piece = 10_007, context = ['tenant', 'report']): Promise<Buffer> =>
  collect(sealStream(key, salt, context, pieces(bytes, piece)));
const open = (sealed: Buffer, context = ['tenant', 'report'], fileKey = key): Promise<Buffer> =>
  collect(
    openStream(
      fileKey,
      sealed.subarray(0, STREAM_HEADER_BYTES),
      context,
      pieces(sealed.subarray(STREAM_HEADER_BYTES), 9_973),
    ),
  );

describe('a sealed stream', () => {
  it.each([0, 1, STREAM_CHUNK_BYTES - 1, STREAM_CHUNK_BYTES, STREAM_CHUNK_BYTES + 1, 3 * STREAM_CHUNK_BYTES])(
    'opens to the same %i bytes, however they were cut',
    async size => {
      const bytes = randomBytes(size);
      for (const piece of [1_000, 65_536, 200_000]) {
        expect((await open(await seal(bytes, piece))).equals(bytes)).toBe(true);
      }
    },
  );

  it('holds nothing of its plaintext', async () => {
    const sealed = await seal(Buffer.from('a planted phrase '.repeat(10_000)));
    expect(sealed.includes('planted')).toBe(false);
  });

  it('has another key under another salt', async () => {
    const bytes = Buffer.alloc(1_000);
    const other = await collect(sealStream(key, randomBytes(32), ['tenant', 'report'], pieces(bytes, 100)));
    const body = (sealed: Buffer): Buffer => sealed.subarray(STREAM_HEADER_BYTES);
    expect(body(other).equals(body(await seal(bytes)))).toBe(false);
  });
});

const whole = randomBytes(2 * STREAM_CHUNK_BYTES + 100);
const chunkAt = (index: number): number => STREAM_HEADER_BYTES + index * SEALED_CHUNK;

describe('a sealed stream that was changed', () => {
  const mutations: Record<string, (sealed: Buffer) => Buffer> = {
    'a bit in the first chunk': sealed => flip(sealed, chunkAt(0) + 5),
    'a bit in the last tag': sealed => flip(sealed, sealed.length - 1),
    'the last chunk cut off': sealed => sealed.subarray(0, chunkAt(2)),
    'a byte cut off the end': sealed => sealed.subarray(0, -1),
    'a byte added': sealed => Buffer.concat([sealed, Buffer.from([0])]),
    'two chunks swapped': sealed =>
      Buffer.concat([
        sealed.subarray(0, chunkAt(0)),
        sealed.subarray(chunkAt(1), chunkAt(2)),
        sealed.subarray(chunkAt(0), chunkAt(1)),
        sealed.subarray(chunkAt(2)),
      ]),
    'a chunk doubled': sealed => Buffer.concat([sealed.subarray(0, chunkAt(1)), sealed.subarray(chunkAt(0))]),
    'a chunk dropped': sealed => Buffer.concat([sealed.subarray(0, chunkAt(0)), sealed.subarray(chunkAt(1))]),
  };
  it.each(Object.entries(mutations))('is refused: %s', async (_, mutate) => {
    expect(await rejectionCode(open(mutate(await seal(whole))))).toBe('sealed-tampered');
  });

  it('is refused under another key, as another file, or with another salt', async () => {
    const sealed = await seal(whole);
    expect(await rejectionCode(open(sealed, ['tenant', 'report'], randomBytes(32)))).toBe(
      'key-commitment-mismatch',
    );
    expect(await rejectionCode(open(sealed, ['tenant', 'other']))).toBe('key-commitment-mismatch');
    expect(await rejectionCode(open(flip(sealed, 10)))).toBe('key-commitment-mismatch');
  });

  it('is refused where its head is of no known format', async () => {
    expect(await rejectionCode(open(flip(await seal(whole), 0)))).toBe('sealed-malformed');
    expect(await rejectionCode(open((await seal(whole)).subarray(0, 20)))).toBe('sealed-malformed');
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const changed = Buffer.from(bytes);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
}

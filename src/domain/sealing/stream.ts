import { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { LetheError } from '../errors.ts';
import { COMMITMENT_BYTES, hkdfSha256 } from './derive.ts';
import { lengthPrefixed } from './encoding.ts';
import { gcmDecrypt, gcmEncryptInto, KEY_BYTES, NONCE_BYTES, TAG_BYTES } from './gcm.ts';

/** Plaintext of every chunk but the last, which is shorter, perhaps empty. */
export const STREAM_CHUNK_BYTES = 65_536;
export const STREAM_SALT_BYTES = 32;
/** "LSS" and the version of the format. */
const MAGIC = Buffer.from([0x4c, 0x53, 0x53, 1]);
const COMMITMENT_AT = MAGIC.length + STREAM_SALT_BYTES;
export const STREAM_HEADER_BYTES = COMMITMENT_AT + COMMITMENT_BYTES;
const PREFIX_BYTES = NONCE_BYTES - 5;
const NO_AAD = Buffer.alloc(0);

/** What a stream is bound to: opened as another tenant's or another file's, it does not open. */
export type StreamContext = readonly string[];

interface StreamKey {
  readonly key: Buffer;
  readonly commitment: Buffer;
  readonly prefix: Buffer;
}

function deriveStreamKey(fileKey: Buffer, salt: Buffer, context: StreamContext): StreamKey {
  const info = lengthPrefixed('lethe/stream', ...context);
  const bytes = hkdfSha256(fileKey, salt, info, KEY_BYTES + COMMITMENT_BYTES + PREFIX_BYTES);
  return {
    key: bytes.subarray(0, KEY_BYTES),
    commitment: bytes.subarray(KEY_BYTES, KEY_BYTES + COMMITMENT_BYTES),
    prefix: bytes.subarray(KEY_BYTES + COMMITMENT_BYTES),
  };
}

/** prefix (7) | chunk number (u32) | last (1): a chunk moved, dropped or doubled, or an end cut off, does not open. */
function nonceOf(prefix: Buffer, index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  prefix.copy(nonce);
  nonce.writeUInt32BE(index, PREFIX_BYTES);
  nonce.writeUInt8(isLast ? 1 : 0, NONCE_BYTES - 1);
  return nonce;
}

/**
 * Seals bytes of any length in constant memory: the STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, 2015)
 * over AES-256-GCM. `salt` is fresh and random, 32 bytes: with it every file has a key of its own, so that counting
 * nonces never repeat under one key.
 */
export async function* sealStream(
  fileKey: Buffer,
  salt: Buffer,
  context: StreamContext,
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const { key, commitment, prefix } = deriveStreamKey(fileKey, salt, context);
  yield Buffer.concat([MAGIC, salt, commitment]);
  let index = 0;
  for await (const { chunk, isLast } of inChunks(source, STREAM_CHUNK_BYTES)) {
    const sealed = Buffer.allocUnsafe(chunk.length + TAG_BYTES);
    gcmEncryptInto(sealed, 0, key, nonceOf(prefix, index++, isLast), NO_AAD, chunk);
    yield sealed;
  }
}

/**
 * Opens what `sealStream` made; each chunk is checked before it is given out. Throws LetheError `sealed-malformed`,
 * `key-commitment-mismatch` (another key or context) or `sealed-tampered` (changed, reordered or cut off).
 */
export async function* openStream(
  fileKey: Buffer,
  header: Buffer,
  context: StreamContext,
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  if (header.length !== STREAM_HEADER_BYTES || !header.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new LetheError('sealed-malformed', 'not a sealed stream of a known format');
  }
  const { key, commitment, prefix } = deriveStreamKey(
    fileKey,
    header.subarray(MAGIC.length, COMMITMENT_AT),
    context,
  );
  if (!timingSafeEqual(commitment, header.subarray(COMMITMENT_AT))) {
    throw new LetheError('key-commitment-mismatch', 'the stream is sealed under another key');
  }
  let index = 0;
  for await (const { chunk, isLast } of inChunks(source, STREAM_CHUNK_BYTES + TAG_BYTES)) {
    const end = Math.max(chunk.length - TAG_BYTES, 0);
    const nonce = nonceOf(prefix, index++, isLast);
    const opened = gcmDecrypt(key, nonce, NO_AAD, chunk.subarray(0, end), chunk.subarray(end));
    if (opened === undefined)
      throw new LetheError('sealed-tampered', 'the sealed stream was changed or cut off');
    yield opened;
  }
}

/** Cuts a stream into chunks of one size and a last one that is shorter: empty where the length is a multiple. */
async function* inChunks(
  source: AsyncIterable<Buffer>,
  size: number,
): AsyncGenerator<{ readonly chunk: Buffer; readonly isLast: boolean }> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for await (const piece of source) {
    waiting.push(piece);
    bytes += piece.length;
    if (bytes < size) continue;
    let whole = Buffer.concat(waiting);
    for (; whole.length >= size; whole = whole.subarray(size)) {
      yield { chunk: whole.subarray(0, size), isLast: false };
    }
    waiting = [whole];
    bytes = whole.length;
  }
  yield { chunk: Buffer.concat(waiting), isLast: true };
}

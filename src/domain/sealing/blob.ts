import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { LetheError } from '../errors.ts';
import type { SealedReference } from '../events/envelope.ts';
import type { Part } from './derive.ts';
import { uuidFromBytes, uuidToBytes } from './encoding.ts';
import {
  openSealedPart,
  readSealedPart,
  sealedPartBytes,
  writeSealedPart,
  type PartToSeal,
  type SealContext,
  type SealedPart,
} from './part.ts';

/** "LSB" and the version of the format. */
const MAGIC = Buffer.from([0x4c, 0x53, 0x42, 1]);
const COUNT_AT = MAGIC.length + 16;
const PARTS_AT = COUNT_AT + 1;

/**
 * Seals the parts of one event under the keys given with them.
 * magic, version | key id (16) | part count | per part: code, nonce (12), commitment (32), length (u32), ciphertext, tag (16).
 */
export function sealBlob(keyId: string, parts: readonly PartToSeal[], context: SealContext): Buffer {
  if (parts.length === 0) throw new RangeError('a sealed blob has at least one part');
  let size = PARTS_AT;
  for (const { plaintext } of parts) size += sealedPartBytes(plaintext);
  const out = Buffer.allocUnsafe(size);
  MAGIC.copy(out);
  uuidToBytes(keyId).copy(out, MAGIC.length);
  out.writeUInt8(parts.length, COUNT_AT);
  let offset = PARTS_AT;
  for (const part of parts) offset = writeSealedPart(out, offset, part, context);
  return out;
}

export interface BlobHeader {
  readonly keyId: string;
  readonly parts: ReadonlyMap<Part, SealedPart>;
}

/** What a blob holds. Throws LetheError `sealed-malformed` unless every byte is accounted for. */
export function readBlobHeader(blob: Buffer): BlobHeader {
  if (blob.length < PARTS_AT || !blob.subarray(0, MAGIC.length).equals(MAGIC)) throw malformed();
  const parts = new Map<Part, SealedPart>();
  let offset = PARTS_AT;
  for (let left = blob.readUInt8(COUNT_AT); left > 0; left--) {
    const next = readSealedPart(blob, offset);
    if (next === undefined || parts.has(next.sealed.part)) throw malformed();
    parts.set(next.sealed.part, next.sealed);
    offset = next.end;
  }
  if (parts.size === 0 || offset !== blob.length) throw malformed();
  return { keyId: uuidFromBytes(blob.subarray(MAGIC.length, COUNT_AT)), parts };
}

const malformed = (): LetheError =>
  new LetheError('sealed-malformed', 'not a sealed payload of a known format');

export interface OpeningKey {
  /** Of the data key that `partKey` derives from: a blob that names another is refused unopened. */
  readonly keyId: string;
  readonly partKey: Buffer;
}

/**
 * The plaintext of one part. Throws LetheError `sealed-malformed`, `sealed-part-absent`, `key-commitment-mismatch`
 * or `sealed-tampered`.
 */
export function openPart(blob: Buffer, part: Part, key: OpeningKey, context: SealContext): Buffer {
  const header = readBlobHeader(blob);
  if (header.keyId !== key.keyId) {
    throw new LetheError('key-commitment-mismatch', `event ${context.eventId}: sealed under another key`);
  }
  const sealed = header.parts.get(part);
  if (sealed === undefined) {
    throw new LetheError(
      'sealed-part-absent',
      `event ${context.eventId}: nothing of it is sealed as ${part}`,
    );
  }
  return openSealedPart(sealed, key.partKey, context);
}

/** What the envelope says of a blob: enough to tell any change of it, nothing that opens it. */
export function sealedReference(
  blob: Buffer,
  sealed: { readonly keyId: string; readonly epoch: number; readonly parts: readonly Part[] },
): SealedReference {
  return {
    algorithm: 'HKDF-SHA256+A256GCM+commit',
    key: sealed.keyId,
    epoch: sealed.epoch,
    parts: sealed.parts,
    bytes: blob.length,
    hash: hash('sha256', blob, 'base64url'),
  };
}

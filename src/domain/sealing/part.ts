import type { Buffer } from 'node:buffer';
import { timingSafeEqual } from 'node:crypto';
import { LetheError } from '../errors.ts';
import type { Scope } from '../ports/key-store.ts';
import { COMMITMENT_BYTES, deriveEventKey, type Part } from './derive.ts';
import { lengthPrefixed } from './encoding.ts';
import { gcmDecrypt, gcmEncryptInto, NONCE_BYTES, TAG_BYTES } from './gcm.ts';

/** Which event a sealed part belongs to. Bound into it: moved to another event, it does not open. */
export interface SealContext {
  readonly tenant: string;
  readonly scope: Scope;
  readonly eventId: string;
}

export interface PartToSeal {
  readonly part: Part;
  /** The key of this part (see derivePartKey), 32 bytes. */
  readonly partKey: Buffer;
  /** Fresh and random, 12 bytes. */
  readonly nonce: Buffer;
  readonly plaintext: Buffer;
}

/** A part as it lies in a blob: views of its bytes, not copies. */
export interface SealedPart {
  readonly part: Part;
  readonly nonce: Buffer;
  readonly commitment: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

const CODES: Readonly<Record<Part, number>> = { content: 1, network: 2 };
const PARTS: ReadonlyMap<number, Part> = new Map([
  [CODES.content, 'content'],
  [CODES.network, 'network'],
]);

const NONCE_AT = 1;
const COMMITMENT_AT = NONCE_AT + NONCE_BYTES;
const LENGTH_AT = COMMITMENT_AT + COMMITMENT_BYTES;
const CIPHERTEXT_AT = LENGTH_AT + 4;

/** Bytes that a part takes beside its plaintext. */
const PART_OVERHEAD = CIPHERTEXT_AT + TAG_BYTES;

export const sealedPartBytes = (plaintext: Buffer): number => PART_OVERHEAD + plaintext.length;

const associated = (context: SealContext, part: Part): Buffer =>
  lengthPrefixed(context.tenant, context.scope, context.eventId, part);

/** Seals a part into `out` at `offset`; returns the offset behind it. */
export function writeSealedPart(
  out: Buffer,
  offset: number,
  { part, partKey, nonce, plaintext }: PartToSeal,
  context: SealContext,
): number {
  const { key, commitment } = deriveEventKey(partKey, context.eventId, part);
  out.writeUInt8(CODES[part], offset);
  nonce.copy(out, offset + NONCE_AT);
  commitment.copy(out, offset + COMMITMENT_AT);
  out.writeUInt32BE(plaintext.length, offset + LENGTH_AT);
  return gcmEncryptInto(out, offset + CIPHERTEXT_AT, key, nonce, associated(context, part), plaintext);
}

/** The part that begins at `offset`, or undefined where there is none that is whole and of a known kind. */
export function readSealedPart(
  blob: Buffer,
  offset: number,
): { readonly sealed: SealedPart; readonly end: number } | undefined {
  if (blob.length < offset + PART_OVERHEAD) return undefined;
  const part = PARTS.get(blob.readUInt8(offset));
  const tagAt = offset + CIPHERTEXT_AT + blob.readUInt32BE(offset + LENGTH_AT);
  const end = tagAt + TAG_BYTES;
  if (part === undefined || blob.length < end) return undefined;
  const sealed = {
    part,
    nonce: blob.subarray(offset + NONCE_AT, offset + COMMITMENT_AT),
    commitment: blob.subarray(offset + COMMITMENT_AT, offset + LENGTH_AT),
    ciphertext: blob.subarray(offset + CIPHERTEXT_AT, tagAt),
    tag: blob.subarray(tagAt, end),
  };
  return { sealed, end };
}

/**
 * The plaintext of a sealed part. Throws LetheError `key-commitment-mismatch` (another key, event or part),
 * before anything is decrypted, or `sealed-tampered` (changed bytes, another tenant or scope).
 */
export function openSealedPart(sealed: SealedPart, partKey: Buffer, context: SealContext): Buffer {
  const { key, commitment } = deriveEventKey(partKey, context.eventId, sealed.part);
  if (!timingSafeEqual(commitment, sealed.commitment)) {
    throw new LetheError('key-commitment-mismatch', `event ${context.eventId}: sealed under another key`);
  }
  const aad = associated(context, sealed.part);
  const plaintext = gcmDecrypt(key, sealed.nonce, aad, sealed.ciphertext, sealed.tag);
  if (plaintext === undefined) {
    throw new LetheError(
      'sealed-tampered',
      `event ${context.eventId}: the sealed ${sealed.part} was changed`,
    );
  }
  return plaintext;
}

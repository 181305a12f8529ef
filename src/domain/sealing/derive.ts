import { Buffer } from 'node:buffer';
import { createHmac, hkdfSync } from 'node:crypto';
import { lengthPrefixed } from './encoding.ts';
import { KEY_BYTES } from './gcm.ts';

/** What of an event is sealed apart: content opens for serving and safety, network for safety alone. */
export type Part = 'content' | 'network';

export const COMMITMENT_BYTES = 32;

const NO_SALT = Buffer.alloc(0);
const PART_INFO: Readonly<Record<Part, Buffer>> = {
  content: Buffer.from('lethe/content'),
  network: Buffer.from('lethe/network'),
};

/** HKDF-SHA256 (RFC 5869), extract and expand; `size` bytes, at most 255 × 32. */
export function hkdfSha256(key: Buffer, salt: Buffer, info: Buffer, size: number): Buffer {
  return Buffer.from(hkdfSync('sha256', key, salt, info, size));
}

/** HMAC-SHA256 (RFC 2104), 32 bytes. */
export function hmacSha256(key: Buffer, message: Buffer | string): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

/** The key of one part out of a data key. One way: the content key tells nothing of the network key. */
export function derivePartKey(dataKey: Buffer, part: Part): Buffer {
  return hkdfSha256(dataKey, NO_SALT, PART_INFO[part], KEY_BYTES);
}

export interface EventKey {
  readonly key: Buffer;
  /** Binds a ciphertext to the one key that made it: AES-GCM alone does not commit to its key. */
  readonly commitment: Buffer;
}

/** The key and the commitment of one part of one event. */
export function deriveEventKey(partKey: Buffer, eventId: string, part: Part): EventKey {
  const info = lengthPrefixed('lethe/event', eventId, part);
  const bytes = hkdfSha256(partKey, NO_SALT, info, KEY_BYTES + COMMITMENT_BYTES);
  return { key: bytes.subarray(0, KEY_BYTES), commitment: bytes.subarray(KEY_BYTES) };
}

/** The key for look-up tokens of one kind, so that equal values of two kinds have unrelated tokens. */
export function deriveLookupKey(contentKey: Buffer, kind: string): Buffer {
  return hkdfSha256(contentKey, NO_SALT, lengthPrefixed('lethe/lookup', kind), KEY_BYTES);
}

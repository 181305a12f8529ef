import type { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';

export const KEY_BYTES = 32;
export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

const ALGORITHM = 'aes-256-gcm';
const OPTIONS = { authTagLength: TAG_BYTES };

/**
 * AES-256-GCM (NIST SP 800-38D) with a 96-bit nonce and a 128-bit tag. Writes ciphertext ‖ tag into `out` at `offset`
 * and returns the offset behind it. A nonce of another length is a defect of the caller: RangeError.
 */
export function gcmEncryptInto(
  out: Buffer,
  offset: number,
  key: Buffer | KeyObject,
  nonce: Buffer,
  aad: Buffer,
  plaintext: Buffer,
): number {
  requireNonce(nonce);
  const cipher = createCipheriv(ALGORITHM, key, nonce, OPTIONS);
  cipher.setAAD(aad);
  cipher.update(plaintext).copy(out, offset);
  cipher.final();
  cipher.getAuthTag().copy(out, offset + plaintext.length);
  return offset + plaintext.length + TAG_BYTES;
}

/** The plaintext, or undefined when the tag does not fit: no byte of a forged message ever gets out. */
export function gcmDecrypt(
  key: Buffer | KeyObject,
  nonce: Buffer,
  aad: Buffer,
  ciphertext: Buffer,
  tag: Buffer,
): Buffer | undefined {
  requireNonce(nonce);
  if (tag.length !== TAG_BYTES) return undefined;
  const decipher = createDecipheriv(ALGORITHM, key, nonce, OPTIONS);
  decipher.setAAD(aad);
  decipher.setAuthTag(tag);
  const plaintext = decipher.update(ciphertext);
  try {
    decipher.final();
    return plaintext;
  } catch {
    plaintext.fill(0);
    return undefined;
  }
}

// SP 800-38D §8.2: another length goes through GHASH and has weaker bounds.
function requireNonce(nonce: Buffer): void {
  if (nonce.length !== NONCE_BYTES) throw new RangeError('a GCM nonce has 12 bytes');
}

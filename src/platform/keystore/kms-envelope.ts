import { randomBytes } from 'node:crypto';
import { LetheError } from '../../domain/errors.ts';
import type { EncryptionContext } from '../../domain/ports/kms.ts';
import { lengthPrefixed, uuidToBytes } from '../../domain/sealing/encoding.ts';
import { gcmDecrypt, gcmEncryptInto, KEY_BYTES, NONCE_BYTES, TAG_BYTES } from '../../domain/sealing/gcm.ts';
import { Secret } from '../../domain/secret.ts';

const VERSION = Buffer.from([1]);
const NONCE_AT = VERSION.length + 16;
const KEY_AT = NONCE_AT + NONCE_BYTES;
const TAG_AT = KEY_AT + KEY_BYTES;
const WRAPPED_BYTES = TAG_AT + TAG_BYTES;

/** By name, each name and value behind its length: the order in which a caller wrote the context does not count. */
export function canonicalContext(context: EncryptionContext): Buffer {
  const pairs = Object.entries<string>({ ...context }).sort(([a], [b]) => (a < b ? -1 : 1));
  return lengthPrefixed(...pairs.flat());
}

const header = (keyId: string): Buffer => Buffer.concat([VERSION, uuidToBytes(keyId)]);

const associated = (keyId: string, context: EncryptionContext): Buffer =>
  Buffer.concat([header(keyId), canonicalContext(context)]);

/** A 32-byte key under a KMS key: version | KMS key id (16) | nonce (12) | ciphertext | tag (16). */
export function wrapUnderKms(
  keyId: string,
  material: Secret,
  plaintext: Secret,
  context: EncryptionContext,
): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const out = Buffer.concat([header(keyId), nonce], WRAPPED_BYTES);
  gcmEncryptInto(out, KEY_AT, material.reveal(), nonce, associated(keyId, context), plaintext.reveal());
  return out;
}

/** Throws LetheError `kms-context-mismatch` for another context or key, and for anything forged or cut. */
export function unwrapUnderKms(
  keyId: string,
  material: Secret,
  wrapped: Buffer,
  context: EncryptionContext,
): Secret {
  const whole = wrapped.length === WRAPPED_BYTES && wrapped.subarray(0, NONCE_AT).equals(header(keyId));
  const plaintext = whole
    ? gcmDecrypt(
        material.reveal(),
        wrapped.subarray(NONCE_AT, KEY_AT),
        associated(keyId, context),
        wrapped.subarray(KEY_AT, TAG_AT),
        wrapped.subarray(TAG_AT),
      )
    : undefined;
  if (plaintext !== undefined) return new Secret(plaintext);
  throw new LetheError('kms-context-mismatch', `not wrapped under KMS key ${keyId} in this context`);
}

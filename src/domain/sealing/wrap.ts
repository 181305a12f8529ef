import { Buffer } from 'node:buffer';
import { timingSafeEqual, type KeyObject } from 'node:crypto';
import { LetheError } from '../errors.ts';
import type { Purpose, Scope } from '../ports/key-store.ts';
import { lengthPrefixed } from './encoding.ts';
import { gcmDecrypt, gcmEncryptInto, KEY_BYTES, NONCE_BYTES, TAG_BYTES } from './gcm.ts';

/** Where a wrapped key belongs. Bound into the wrap: moved to another row, it does not open. */
export interface WrapContext {
  readonly tenant: string;
  readonly scope: Scope;
  readonly epoch: number;
  readonly purpose: Purpose;
}

const VERSION = 1;
const KEY_AT = 1 + NONCE_BYTES;
const TAG_AT = KEY_AT + KEY_BYTES;
export const WRAPPED_BYTES = TAG_AT + TAG_BYTES;

const associated = (context: WrapContext): Buffer =>
  lengthPrefixed(context.tenant, context.scope, String(context.epoch), context.purpose);

/**
 * A 32-byte key under an epoch root: version | nonce | ciphertext | tag, 61 bytes. The nonce is fresh and random;
 * a root lives for one epoch, far from the 2^32 wraps that SP 800-38D §8.3 allows.
 */
export function wrapKey(root: KeyObject, key: Buffer, nonce: Buffer, context: WrapContext): Buffer {
  return wrap(root, key, nonce, associated(context));
}

/**
 * The same, and opened again before it is answered. Throws LetheError `rewrap-unverified` where it does not hold the key
 * that went in: whatever held that key until now must then stay.
 */
export function wrapVerified(root: KeyObject, key: Buffer, nonce: Buffer, context: WrapContext): Buffer {
  const bound = associated(context);
  const wrapped = wrap(root, key, nonce, bound);
  const again = open(root, wrapped, bound);
  if (again === undefined || !timingSafeEqual(again, key))
    throw new LetheError(
      'rewrap-unverified',
      `the re-wrapped key of ${context.scope} is not the key that went in`,
    );
  again.fill(0);
  return wrapped;
}

function wrap(root: KeyObject, key: Buffer, nonce: Buffer, bound: Buffer): Buffer {
  if (key.length !== KEY_BYTES) throw new RangeError('a wrapped key has 32 bytes');
  const out = Buffer.allocUnsafe(WRAPPED_BYTES);
  out.writeUInt8(VERSION, 0);
  nonce.copy(out, 1);
  gcmEncryptInto(out, KEY_AT, root, nonce, bound, key);
  return out;
}

const open = (root: KeyObject, wrapped: Buffer, bound: Buffer): Buffer | undefined =>
  gcmDecrypt(
    root,
    wrapped.subarray(1, KEY_AT),
    bound,
    wrapped.subarray(KEY_AT, TAG_AT),
    wrapped.subarray(TAG_AT),
  );

/**
 * The 32-byte key again. Throws LetheError `wrap-malformed` (not a wrap of this version) or `wrap-tampered`
 * (changed, under another root, or of another tenant, scope, epoch or purpose).
 */
export function unwrapKey(root: KeyObject, wrapped: Buffer, context: WrapContext): Buffer {
  requireWrap(wrapped, context.scope);
  const key = open(root, wrapped, associated(context));
  if (key === undefined) {
    throw new LetheError('wrap-tampered', `the wrapped key of ${context.scope} does not open under its root`);
  }
  return key;
}

/** Throws LetheError `wrap-malformed` where the bytes are not a wrap of this version. */
export function requireWrap(wrapped: Buffer, scope: Scope): void {
  if (wrapped.length !== WRAPPED_BYTES || wrapped.readUInt8(0) !== VERSION) {
    throw new LetheError('wrap-malformed', `the wrapped key of ${scope} has an unknown format`);
  }
}

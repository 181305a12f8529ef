import { createHash, timingSafeEqual } from 'node:crypto';
import { Secret } from '../domain/secret.ts';

const SECRET_BYTES = 32;
const ID_BYTES = 8;
/** Hex of 8 bytes, so that an id fits `opaqueId`, and Base64url of 32. */
const KEY = /^lethe_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** A new API key: shown once, stored as id and hash. */
export interface MintedKey {
  readonly id: string;
  /** The key as the caller presents it, UTF-8. */
  readonly key: Secret;
  /** SHA-256 of the secret's bytes. */
  readonly hash: Buffer;
}

export interface ParsedKey {
  readonly id: string;
  readonly secret: Secret;
}

/** Makes an API key `lethe_<id>_<secret>`. `randomBytes` must be a cryptographic source, here and below. */
export const mintKey = (randomBytes: (size: number) => Buffer): MintedKey =>
  mintSecret(randomBytes(ID_BYTES).toString('hex'), randomBytes);

/** Makes a new secret for the key of that id. */
export function mintSecret(id: string, randomBytes: (size: number) => Buffer): MintedKey {
  const secret = new Secret(randomBytes(SECRET_BYTES));
  const key = new Secret(Buffer.from(`lethe_${id}_${secret.reveal().toString('base64url')}`, 'utf8'));
  const minted = { id, key, hash: hashSecret(secret) };
  secret.wipe();
  return minted;
}

/** Reads a presented key; undefined if it does not have the form of one. */
export function parseKey(text: string): ParsedKey | undefined {
  const [, id, secret] = KEY.exec(text) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  return { id, secret: new Secret(Buffer.from(secret, 'base64url')) };
}

/** What is stored of a secret. It has 256 bits of entropy, so a plain hash cannot be searched. */
export const hashSecret = (secret: Secret): Buffer => createHash('sha256').update(secret.reveal()).digest();

/** Whether a secret is the one that was hashed, in a time that does not depend on where they differ. */
export function secretMatches(secret: Secret, hash: Buffer): boolean {
  const presented = hashSecret(secret);
  return presented.length === hash.length && timingSafeEqual(presented, hash);
}

import { hkdfSha256, hmacSha256 } from './derive.ts';
import { lengthPrefixed } from './encoding.ts';
import { KEY_BYTES } from './gcm.ts';

const NO_SALT = Buffer.alloc(0);
const INFO = lengthPrefixed('lethe/session');
const TOKEN_BYTES = 16;

/**
 * Keyed token of a session, Base64url, under the data key of the asset that it made or read (promises 6, 26). It tells
 * whether two events of one asset had the same session, and nothing any more once that key is destroyed.
 */
export function sessionToken(dataKey: Buffer, session: string): string {
  const key = hkdfSha256(dataKey, NO_SALT, INFO, KEY_BYTES);
  const token = hmacSha256(key, session).subarray(0, TOKEN_BYTES).toString('base64url');
  key.fill(0);
  return token;
}

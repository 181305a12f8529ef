import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { KmsRefusal } from './refusal.ts';

export type Context = Readonly<Record<string, string>>;

const [NONCE, TAG] = [12, 16];

/** The context is authenticated, in whatever order it was written. */
const associated = (arn: string, context: Context): Buffer =>
  Buffer.from(JSON.stringify([arn, Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))]));

/** The ARN's length and the ARN in clear, as KMS finds the key by itself; then nonce, ciphertext and tag. */
export function encrypt(arn: string, material: Buffer, plaintext: Buffer, context: Context): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', material, nonce).setAAD(associated(arn, context));
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([Buffer.from([arn.length]), Buffer.from(arn), nonce, body, cipher.getAuthTag()]);
}

/** The ARN that a ciphertext names. */
export function arnIn(blob: Buffer): string {
  const length = blob[0] ?? 0;
  if (blob.length < 1 + length + NONCE + TAG) throw new KmsRefusal('InvalidCiphertextException');
  return blob.subarray(1, 1 + length).toString('latin1');
}

export function decrypt(arn: string, material: Buffer, blob: Buffer, context: Context): Buffer {
  const at = 1 + arn.length;
  const decipher = createDecipheriv('aes-256-gcm', material, blob.subarray(at, at + NONCE));
  decipher.setAAD(associated(arn, context)).setAuthTag(blob.subarray(-TAG));
  try {
    return Buffer.concat([decipher.update(blob.subarray(at + NONCE, -TAG)), decipher.final()]);
  } catch {
    throw new KmsRefusal('InvalidCiphertextException');
  }
}

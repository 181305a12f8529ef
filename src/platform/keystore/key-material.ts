import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { Secret } from '../../domain/secret.ts';
import { errorCode, type DurableFiles } from './durable-files.ts';

const MAGIC = Buffer.from('LETHEKM1', 'latin1');
const KEY_BYTES = 32;
const CHECK_AT = MAGIC.length + KEY_BYTES;
const FILE_BYTES = CHECK_AT + 32;

const materialPath = (folder: string): string => join(folder, 'material');

/** Tells a whole key from a half-written or half-overwritten one, and one key's file from another's. */
const check = (keyId: string, bytes: Buffer): Buffer =>
  createHash('sha256').update(bytes.subarray(0, CHECK_AT)).update(keyId).digest();

/** Makes the key itself: magic | 32 random bytes | check. */
export async function createMaterial(files: DurableFiles, folder: string, keyId: string): Promise<void> {
  const bytes = Buffer.concat([MAGIC, randomBytes(KEY_BYTES)], FILE_BYTES);
  try {
    check(keyId, bytes).copy(bytes, CHECK_AT);
    await files.writeNew(materialPath(folder), bytes);
  } finally {
    bytes.fill(0);
  }
}

/** The key, for the caller to wipe; undefined where it is missing or no longer whole. */
export async function readMaterial(
  files: DurableFiles,
  folder: string,
  keyId: string,
): Promise<Secret | undefined> {
  const bytes = await readIfThere(files, materialPath(folder));
  if (bytes === undefined) return undefined;
  try {
    if (bytes.length !== FILE_BYTES || !timingSafeEqual(check(keyId, bytes), bytes.subarray(CHECK_AT))) {
      return undefined;
    }
    return new Secret(Buffer.from(bytes.subarray(MAGIC.length, CHECK_AT)));
  } finally {
    bytes.fill(0);
  }
}

async function readIfThere(files: DurableFiles, path: string): Promise<Buffer | undefined> {
  try {
    return await files.read(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Overwrites the key with random bytes, then with zeros, each fsynced, and removes the file (NIST SP 800-88 §2.5, Clear).
 * Done again from the start after a crash; a file that is already gone is done.
 */
export async function destroyMaterial(files: DurableFiles, folder: string): Promise<void> {
  const path = materialPath(folder);
  try {
    await files.overwrite(path, randomBytes(FILE_BYTES));
    await files.overwrite(path, Buffer.alloc(FILE_BYTES));
    await files.truncate(path);
    await files.unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  await files.syncDirectory(folder);
}

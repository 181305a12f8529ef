import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { LetheError } from '../../domain/errors.ts';
import { errorCode, type DurableFiles } from './durable-files.ts';
import { createMaterial } from './key-material.ts';
import { decodeRecord, encodeRecord, type KeyRecord } from './key-record.ts';

const KEY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RECORD = /^record-(\d{6})\.json$/;
const NEW = '.new-';
const SWEPT = '.swept-';

const recordName = (revision: number): string => `record-${String(revision).padStart(6, '0')}.json`;

/** A key's record and its revision: 1, 2, 3 … */
export interface Revised {
  readonly revision: number;
  readonly record: KeyRecord;
}

export const isKeyId = (name: string): boolean => KEY_ID.test(name);

/** Ids of all keys of the keystore, destroyed ones included. */
export const listKeys = async (files: DurableFiles, dir: string): Promise<string[]> =>
  (await files.list(dir)).filter(isKeyId);

/** A new key appears whole, by one rename, or not at all. */
export async function createFolder(files: DurableFiles, dir: string, record: KeyRecord): Promise<void> {
  const draft = join(dir, NEW + record.keyId);
  await files.makeDirectory(draft);
  await createMaterial(files, draft, record.keyId);
  await files.writeNew(join(draft, recordName(1)), encodeRecord(record));
  await files.syncDirectory(draft);
  await files.rename(draft, join(dir, record.keyId));
  await files.syncDirectory(dir);
}

/**
 * Removes what crashed creations left: no caller ever got such a key. Renamed first, so that a creation which is
 * still going on in another process fails instead of losing its files.
 */
export async function sweep(files: DurableFiles, dir: string): Promise<void> {
  for (const name of await files.list(dir)) {
    if (name.startsWith(SWEPT)) await files.removeTree(join(dir, name));
    if (name.startsWith(NEW)) await sweepOne(files, dir, name.slice(NEW.length));
  }
}

async function sweepOne(files: DurableFiles, dir: string, keyId: string): Promise<void> {
  try {
    await files.rename(join(dir, NEW + keyId), join(dir, SWEPT + keyId));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  await files.removeTree(join(dir, SWEPT + keyId));
}

/** The newest record. Read anew each time, so that another process's change counts at once. */
export async function readRecord(files: DurableFiles, dir: string, keyId: string): Promise<Revised> {
  const folder = join(dir, keyId);
  const revision = isKeyId(keyId) ? newest(await listIfThere(files, folder)) : 0;
  if (revision === 0) throw new LetheError('kms-key-not-found', 'there is no such KMS key');
  return { revision, record: decodeRecord(keyId, await files.read(join(folder, recordName(revision)))) };
}

const newest = (names: readonly string[]): number =>
  Math.max(0, ...names.map(name => Number(RECORD.exec(name)?.[1] ?? 0)));

async function listIfThere(files: DurableFiles, folder: string): Promise<string[]> {
  try {
    return await files.list(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Adds the next record; false if another process was first. Records are never changed or removed: linking a finished
 * file under the next number is the compare-and-set, and the folder is the key's history.
 */
export async function addRecord(
  files: DurableFiles,
  dir: string,
  { revision, record }: Revised,
): Promise<boolean> {
  const folder = join(dir, record.keyId);
  const draft = join(folder, `.draft-${randomUUID()}`);
  await files.writeNew(draft, encodeRecord(record));
  const added = await files.link(draft, join(folder, recordName(revision)));
  await files.unlink(draft);
  await files.syncDirectory(folder);
  return added;
}

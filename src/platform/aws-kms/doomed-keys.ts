import { randomUUID } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import type { KmsKey } from '../../domain/ports/kms.ts';
import { diskFiles, errorCode } from '../keystore/durable-files.ts';
import { parseKeyId } from './key-names.ts';

const recordSchema = z.strictObject({
  format: z.literal(1),
  keyId: z.string(),
  createdAt: z.iso.datetime(),
  deletionDate: z.iso.datetime(),
});

/** A key with the date on which it dies: the one that AWS KMS gave or, until it is heard, the one that it is about to give. */
export type DoomedKey = Pick<KmsKey, 'keyId' | 'createdAt'> & { readonly deletionDate: Date };

/**
 * AWS KMS forgets a key once it is destroyed, and then says the same of it as of one that was never there. So what it
 * said before is kept, outside the database: only a key whose date is on record, and has passed, is called destroyed.
 */
export interface DoomedKeys {
  /** Durable when it resolves; the newest date stands. */
  keep(key: DoomedKey): Promise<void>;
  /** Of a key that lives on. */
  forget(keyId: string): Promise<void>;
  /** Undefined where there is no record. Throws LetheError `kms-unavailable` for a damaged one. */
  read(keyId: string): Promise<DoomedKey | undefined>;
}

/** In a folder, one file of mode 0600 a key; made, mode 0700, where it is missing. */
export async function openDoomedKeys(directory: string): Promise<DoomedKeys> {
  const dir = resolve(directory);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
  await diskFiles.syncDirectory(dirname(dir));
  const pathOf = (keyId: string): string => {
    const { region, id } = parseKeyId(keyId);
    return join(dir, `${region}.${id}.json`);
  };

  const read: DoomedKeys['read'] = async keyId => {
    try {
      return decode(keyId, await diskFiles.read(pathOf(keyId)));
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  };

  return {
    read,
    keep: async key => {
      const kept = await read(key.keyId);
      if (kept?.deletionDate.getTime() === key.deletionDate.getTime()) return;
      const draft = join(dir, `.draft-${randomUUID()}`);
      await diskFiles.writeNew(draft, encode(key));
      await diskFiles.rename(draft, pathOf(key.keyId));
      await diskFiles.syncDirectory(dir);
    },
    forget: async keyId => {
      if ((await read(keyId)) === undefined) return;
      await diskFiles.removeTree(pathOf(keyId));
      await diskFiles.syncDirectory(dir);
    },
  };
}

function encode({ keyId, createdAt, deletionDate }: DoomedKey): Buffer {
  const dates = { createdAt: createdAt.toISOString(), deletionDate: deletionDate.toISOString() };
  return Buffer.from(`${JSON.stringify({ format: 1, keyId, ...dates })}\n`, 'utf8');
}

function decode(keyId: string, bytes: Buffer): DoomedKey {
  try {
    const record = recordSchema.parse(JSON.parse(bytes.toString('utf8')));
    if (record.keyId === keyId)
      return { keyId, createdAt: new Date(record.createdAt), deletionDate: new Date(record.deletionDate) };
  } catch (cause) {
    throw new LetheError('kms-unavailable', 'the record of a doomed KMS key is damaged', { cause });
  }
  throw new LetheError('kms-unavailable', 'the record of a doomed KMS key belongs to another key');
}

import { join } from 'node:path';
import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { KmsKey } from '../../domain/ports/kms.ts';
import type { DurableFiles } from './durable-files.ts';
import { addRecord, readRecord, type Revised } from './key-folder.ts';
import { destroyMaterial } from './key-material.ts';
import { describe, inState, isDoomed, refuse, type KeyRecord } from './key-record.ts';

export interface Keystore {
  readonly dir: string;
  readonly clock: Clock;
  readonly files: DurableFiles;
}

/** What the disk reports becomes `kms-unavailable`; expected failures keep their code. */
export async function guarded<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (cause) {
    if (cause instanceof LetheError) throw cause;
    throw new LetheError('kms-unavailable', 'the embedded keystore cannot be read or written', { cause });
  }
}

/** The key as it stands, after finishing a destruction that is due or was interrupted. */
export async function settle(store: Keystore, keyId: string): Promise<Revised> {
  const { dir, files } = store;
  let current = await readRecord(files, dir, keyId);
  while (isDoomed(current.record, store.clock.now())) {
    const { revision, record } = current;
    // The intent is durable before the first byte changes: a crash in between comes up as destroyed, never as damaged.
    if (record.state === 'destroying') await destroyMaterial(files, join(dir, keyId));
    const next = inState(record, record.state === 'destroying' ? 'destroyed' : 'destroying');
    await addRecord(files, dir, { revision: revision + 1, record: next });
    current = await readRecord(files, dir, keyId);
  }
  return current;
}

/** Applies a transition, again on the newer state whenever another process was first. */
export function change(
  store: Keystore,
  keyId: string,
  transition: (record: KeyRecord) => KeyRecord,
): Promise<KmsKey> {
  return guarded(async () => {
    for (;;) {
      const { revision, record } = await settle(store, keyId);
      const next = transition(record);
      if (next === record) return describe(record);
      const added = await addRecord(store.files, store.dir, { revision: revision + 1, record: next });
      if (added) return describe((await settle(store, keyId)).record);
    }
  });
}

export function disabled(record: KeyRecord): KeyRecord {
  refuse(record, 'pending-deletion', 'destroyed');
  return record.state === 'disabled' ? record : inState(record, 'disabled');
}

export function enabled(record: KeyRecord): KeyRecord {
  refuse(record, 'pending-deletion', 'destroyed');
  return record.state === 'enabled' ? record : inState(record, 'enabled');
}

/** AWS KMS, CancelKeyDeletion: the key comes back disabled. */
export function cancelled(record: KeyRecord): KeyRecord {
  refuse(record, 'destroyed');
  return record.state === 'pending-deletion' ? inState(record, 'disabled') : record;
}

/** Without a date the destruction begins at once and can't be cancelled. */
export const doomed =
  (date: Date | undefined) =>
  (record: KeyRecord): KeyRecord => {
    refuse(record, 'pending-deletion', 'destroyed');
    return date === undefined ? inState(record, 'destroying') : inState(record, 'pending-deletion', date);
  };

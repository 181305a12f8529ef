import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Kms, KmsKey } from '../../domain/ports/kms.ts';
import { Secret } from '../../domain/secret.ts';
import { diskFiles, type DurableFiles } from './durable-files.ts';
import { createFolder, listKeys, sweep } from './key-folder.ts';
import {
  cancelled,
  change,
  disabled,
  doomed,
  enabled,
  guarded,
  settle,
  type Keystore,
} from './key-lifecycle.ts';
import { readMaterial } from './key-material.ts';
import { describe, refuse, type KeyRecord } from './key-record.ts';
import { unwrapUnderKms, wrapUnderKms } from './kms-envelope.ts';

export interface EmbeddedKmsOptions {
  /** Made, mode 0700, where it is missing. Several processes may open the same. */
  readonly dir: string;
  readonly clock: Clock;
  /** Where a test puts its faults. */
  readonly files?: DurableFiles;
}

const KEY_BYTES = 32;
const DAY_MS = 86_400_000;

/**
 * A KMS in a folder: one folder a key, holding the material and its records. Nothing is cached, so a change by another
 * process counts from the next call on. Survives a crash at any step: a key is created whole or not at all, and a
 * destruction that has begun is finished by whoever comes next. Beyond the port's errors, a disk that fails or a
 * damaged file is `kms-unavailable`.
 */
export async function openEmbeddedKms(options: EmbeddedKmsOptions): Promise<Kms> {
  const store = { dir: resolve(options.dir), clock: options.clock, files: options.files ?? diskFiles };
  await guarded(() => openStore(store));
  return {
    createKey: tags => guarded(() => createKey(store, tags)),
    describeKey: keyId => guarded(async () => describe((await settle(store, keyId)).record)),
    generateDataKey: (keyId, context) =>
      withMaterial(store, keyId, material => {
        const plaintext = new Secret(randomBytes(KEY_BYTES));
        return { plaintext, wrapped: wrapUnderKms(keyId, material, plaintext, context) };
      }),
    decrypt: (keyId, wrapped, context) =>
      withMaterial(store, keyId, material => unwrapUnderKms(keyId, material, wrapped, context)),
    disableKey: async keyId => {
      await change(store, keyId, disabled);
    },
    enableKey: async keyId => {
      await change(store, keyId, enabled);
    },
    scheduleKeyDeletion: async (keyId, pendingDays) =>
      change(store, keyId, doomed(deletionDate(store, pendingDays))),
    cancelKeyDeletion: keyId => change(store, keyId, cancelled),
  };
}

async function openStore(store: Keystore): Promise<void> {
  const { dir, files } = store;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
  await files.syncDirectory(dirname(dir));
  await sweep(files, dir);
  for (const keyId of await listKeys(files, dir)) {
    try {
      await settle(store, keyId);
    } catch (error) {
      // A damaged record stops that key, at its next use, and not the others.
      if (!(error instanceof LetheError)) throw error;
    }
  }
}

async function createKey(
  { dir, clock, files }: Keystore,
  tags: Readonly<Record<string, string>>,
): Promise<KmsKey> {
  const record: KeyRecord = {
    format: 1,
    keyId: randomUUID(),
    state: 'enabled',
    createdAt: clock.now().toISOString(),
    tags: { ...tags },
  };
  await createFolder(files, dir, record);
  return describe(record);
}

function deletionDate({ clock }: Keystore, pendingDays: number): Date | undefined {
  if (!Number.isInteger(pendingDays) || pendingDays < 0) {
    throw new RangeError('pending days are a whole number, 0 or more');
  }
  return pendingDays === 0 ? undefined : new Date(clock.now().getTime() + pendingDays * DAY_MS);
}

/** Reads the material for one use and wipes it. Refuses unless the key is enabled. */
function withMaterial<T>(store: Keystore, keyId: string, use: (material: Secret) => T): Promise<T> {
  return guarded(async () => {
    refuse((await settle(store, keyId)).record, 'disabled', 'pending-deletion', 'destroyed');
    const material = await readMaterial(store.files, join(store.dir, keyId), keyId);
    if (material === undefined) return unusable(store, keyId);
    try {
      return use(material);
    } finally {
      material.wipe();
    }
  });
}

/** Material that is not whole: destroyed in this moment by another process, or damaged, which proves nothing. */
async function unusable(store: Keystore, keyId: string): Promise<never> {
  refuse((await settle(store, keyId)).record, 'destroyed');
  throw new LetheError('kms-unavailable', `the material of KMS key ${keyId} is missing or damaged`);
}

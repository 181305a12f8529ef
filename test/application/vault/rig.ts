import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pooledRandom } from '../../../src/application/vault/random.ts';
import {
  createVault,
  type UsableGrip,
  type Vault,
  type VaultOptions,
} from '../../../src/application/vault/vault.ts';
import type { Kms } from '../../../src/domain/ports/kms.ts';
import type { KeyStore, Scope } from '../../../src/domain/ports/key-store.ts';
import { openEmbeddedKms } from '../../../src/platform/keystore/embedded-kms.ts';
import { createPostgresKeyStore } from '../../../src/platform/postgres/key-store.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { openKeyDatabase, type KeyDatabase } from '../../support/key-database.ts';

/** A real database, a real keystore, and a line to the KMS that a test can cut. */
export interface VaultRig {
  readonly database: KeyDatabase;
  readonly keys: KeyStore;
  readonly clock: FakeClock;
  readonly kms: Kms;
  /** While true, every call to the KMS fails as a lost network does. */
  kmsDown: boolean;
  /** Calls that reached for the KMS to decrypt. */
  decrypts: number;
  /** Another process, as far as memory goes: a vault with caches of its own. */
  vault(options?: Partial<VaultOptions<KeyStore>>): Vault;
  newTenant(vault: Vault): Promise<string>;
  close(): Promise<void>;
}

function cuttable(kms: Kms, line: { kmsDown: boolean; decrypts: number }): Kms {
  const call = <T>(run: () => Promise<T>): Promise<T> =>
    line.kmsDown ? Promise.reject(new Error('connect ECONNREFUSED')) : run();
  return {
    createKey: tags => call(() => kms.createKey(tags)),
    describeKey: keyId => call(() => kms.describeKey(keyId)),
    generateDataKey: (keyId, context) => call(() => kms.generateDataKey(keyId, context)),
    decrypt: (keyId, wrapped, context) => {
      line.decrypts++;
      return call(() => kms.decrypt(keyId, wrapped, context));
    },
    disableKey: keyId => call(() => kms.disableKey(keyId)),
    enableKey: keyId => call(() => kms.enableKey(keyId)),
    scheduleKeyDeletion: (keyId, days) => call(() => kms.scheduleKeyDeletion(keyId, days)),
    cancelKeyDeletion: keyId => call(() => kms.cancelKeyDeletion(keyId)),
  };
}

export async function openVaultRig(): Promise<VaultRig> {
  const database = await openKeyDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'lethe-vault-'));
  const clock = createFakeClock();
  const keys = createPostgresKeyStore({ writer: database.writer });
  const line = { kmsDown: false, decrypts: 0 };
  const kms = cuttable(await openEmbeddedKms({ dir, clock }), line);
  const opened: Vault[] = [];
  return Object.assign(line, {
    database,
    keys,
    clock,
    kms,
    vault: (options: Partial<VaultOptions<KeyStore>> = {}) => {
      const vault = createVault({
        kms,
        keys,
        clock,
        random: pooledRandom(),
        purposes: ['serving', 'safety'],
        ...options,
      });
      opened.push(vault);
      return vault;
    },
    newTenant: async (vault: Vault) => {
      const tenant = randomUUID();
      await vault.createTenantKeys(tenant);
      return tenant;
    },
    close: async () => {
      for (const vault of opened) vault.close();
      await rm(dir, { recursive: true, force: true });
      await database.close();
    },
  });
}

/** The grip of one scope, which must be usable. */
export async function usableGrip(vault: Vault, tenant: string, scope: Scope): Promise<UsableGrip> {
  const wanted = { scope, subject: null, createdAt: new Date('2026-01-01T00:00:00.000Z'), store: true };
  const grip = (await vault.ensureKeys(tenant, [wanted])).get(scope);
  if (grip?.status !== 'usable') throw new Error(`${scope} is ${grip?.status ?? 'absent'}`);
  return grip;
}

export interface SealedEvent {
  readonly scope: Scope;
  readonly eventId: string;
  readonly blob: Buffer;
}

export const CONTENT = Buffer.from('a lighthouse in fog');
export const NETWORK = Buffer.from('{"ip":"192.0.2.7"}');

/** An event of the scope with both parts sealed. */
export async function sealEvent(vault: Vault, tenant: string, scope: Scope): Promise<SealedEvent> {
  const grip = await usableGrip(vault, tenant, scope);
  const eventId = randomUUID();
  const { blob } = vault.seal(grip, tenant, scope, eventId, { content: CONTENT, network: NETWORK });
  return { scope, eventId, blob };
}

type Opened = Awaited<ReturnType<Vault['open']>>;

export const openContent = (
  vault: Pick<Vault, 'open'>,
  tenant: string,
  { scope, eventId, blob }: SealedEvent,
  purpose: 'serving' | 'safety' = 'serving',
): Promise<Opened> => vault.open(tenant, scope, purpose, blob, eventId, 'content');

export const openNetwork = (
  vault: Pick<Vault, 'open'>,
  tenant: string,
  { scope, eventId, blob }: SealedEvent,
  purpose: 'serving' | 'safety' = 'safety',
): Promise<Opened> => vault.open(tenant, scope, purpose, blob, eventId, 'network');

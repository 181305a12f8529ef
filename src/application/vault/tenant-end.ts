import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Kms, KmsKeyState } from '../../domain/ports/kms.ts';
import type { TenantKeyStore, TenantKmsKey } from '../../domain/ports/tenant-key-store.ts';
import { failClosed } from './roots.ts';
import type { Vault } from './vault.ts';

export interface DestroyedKeys {
  /** When the last one was gone. */
  readonly at: Date;
  /** KMS keys that the KMS no longer knows, of epochs that were on record as destroyed already. */
  readonly foundGone: readonly string[];
}

/** The part of the vault that ends a tenant. Each step can be repeated after a crash at any line. */
export interface TenantEnd {
  /** Those of all epochs: what `destroyTenantKeys` is going to destroy. */
  kmsKeys(tenant: string): Promise<readonly string[]>;
  /**
   * Destroys every key of a tenant for good: data keys, the look-up key, and the KMS keys of every epoch. Nothing opens
   * from the first step on. Undefined while the KMS could still bring one back. Throws LetheError `kms-unavailable`, and
   * `kms-key-not-found` for a key that the KMS does not know and whose destruction is not on record.
   */
  destroyTenantKeys(tenant: string): Promise<DestroyedKeys | undefined>;
  /** Removes what the destroyed keys have wrapped: roots and directory entries. The epochs stay on record. */
  bury(tenant: string, at: Date): Promise<void>;
}

interface TenantEndDeps {
  readonly kms: Pick<Kms, 'describeKey' | 'scheduleKeyDeletion'>;
  readonly tenantKeys: TenantKeyStore;
  /** Whose caches have to forget. */
  readonly vaults: readonly Pick<Vault, 'close'>[];
  readonly clock: Clock;
  /** Days that a KMS key stays recoverable: 0 on the embedded keystore, at least 7 on AWS KMS. */
  readonly pendingDays: number;
}

const KEYS_AT_ONCE = 5_000;

export function createTenantEnd({ kms, tenantKeys, vaults, clock, pendingDays }: TenantEndDeps): TenantEnd {
  const eraseDataKeys = async (tenant: string): Promise<void> => {
    while ((await tenantKeys.eraseKeys(tenant, clock.now(), KEYS_AT_ONCE)) > 0);
    for (const vault of vaults) vault.close();
  };

  const stateOf = async ({ keyId, isDestroyed }: TenantKmsKey): Promise<KmsKeyState | 'gone'> => {
    try {
      return (await kms.describeKey(keyId)).state;
    } catch (error) {
      // A KMS forgets what it has destroyed. Of a key that nobody saw destroyed, it may only be the wrong place to ask.
      if (isDestroyed && error instanceof LetheError && error.code === 'kms-key-not-found') return 'gone';
      throw error;
    }
  };

  /** What it is once its deletion is asked for: only `destroyed` and `gone` are beyond recovery. */
  const doom = async (key: TenantKmsKey): Promise<KmsKeyState | 'gone'> => {
    const state = await stateOf(key);
    if (state !== 'enabled' && state !== 'disabled') return state;
    return (await kms.scheduleKeyDeletion(key.keyId, pendingDays)).state;
  };

  return {
    kmsKeys: async tenant => (await tenantKeys.kmsKeys(tenant)).map(({ keyId }) => keyId),
    bury: (tenant, at) => tenantKeys.buryEpochs(tenant, at),
    destroyTenantKeys: async tenant => {
      // No key can come to be behind the erasure: the epochs take none from here on.
      await tenantKeys.closeEpochs(tenant);
      await eraseDataKeys(tenant);
      let left = 0;
      const foundGone: string[] = [];
      for (const key of await tenantKeys.kmsKeys(tenant)) {
        const state = await failClosed(doom(key));
        if (state === 'gone') foundGone.push(key.keyId);
        else if (state !== 'destroyed') left++;
      }
      return left === 0 ? { at: clock.now(), foundGone } : undefined;
    },
  };
}

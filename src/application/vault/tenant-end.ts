import type { Clock } from '../../domain/ports/clock.ts';
import type { Kms } from '../../domain/ports/kms.ts';
import type { TenantKeyStore } from '../../domain/ports/tenant-key-store.ts';
import { failClosed } from './roots.ts';
import type { Vault } from './vault.ts';

/** The part of the vault that ends a tenant. Each step can be repeated after a crash at any line. */
export interface TenantEnd {
  /** Those of all epochs: what `destroyTenantKeys` is going to destroy. */
  kmsKeys(tenant: string): Promise<readonly string[]>;
  /**
   * Destroys every key of a tenant for good: data keys, the look-up key, and the KMS keys of every epoch. Nothing opens
   * from the first step on. Answers when the last one was gone; undefined while the KMS could still bring one back.
   * Throws LetheError `kms-unavailable`.
   */
  destroyTenantKeys(tenant: string): Promise<Date | undefined>;
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

  /** True once it is beyond recovery. */
  const doom = async (keyId: string): Promise<boolean> => {
    const { state } = await kms.describeKey(keyId);
    if (state === 'destroyed' || state === 'pending-deletion') return state === 'destroyed';
    return (await kms.scheduleKeyDeletion(keyId, pendingDays)).state === 'destroyed';
  };

  return {
    kmsKeys: tenant => tenantKeys.kmsKeys(tenant),
    bury: (tenant, at) => tenantKeys.buryEpochs(tenant, at),
    destroyTenantKeys: async tenant => {
      // No key can come to be behind the erasure: the epochs take none from here on.
      await tenantKeys.closeEpochs(tenant);
      await eraseDataKeys(tenant);
      let left = 0;
      for (const keyId of await tenantKeys.kmsKeys(tenant)) {
        if (!(await failClosed(doom(keyId)))) left++;
      }
      return left === 0 ? clock.now() : undefined;
    },
  };
}

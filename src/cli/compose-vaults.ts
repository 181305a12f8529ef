import type { Pool } from 'pg';
import { pooledRandom, type RandomBytes } from '../application/vault/random.ts';
import {
  createReadingVault,
  createVault,
  type ReadingVault,
  type Vault,
} from '../application/vault/vault.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Evictions } from '../domain/ports/evictions.ts';
import type { KeyStore } from '../domain/ports/key-store.ts';
import type { Kms } from '../domain/ports/kms.ts';
import type { Config } from '../platform/config.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { Bulletin } from '../platform/postgres/bulletin.ts';
import { createPostgresEvictions } from '../platform/postgres/evictions.ts';
import { createPostgresKeyStore } from '../platform/postgres/key-store.ts';
import {
  createPostgresServingKeyStore,
  type ServingKeyStore,
} from '../platform/postgres/serving-key-store.ts';
import { openKms, rootLifeOf, type KmsConfig } from './compose-kms.ts';

/** The KMS, the key store, and the two vaults over them. */
export interface Vaults {
  readonly keys: KeyStore;
  readonly vault: Vault;
  /** What answers users: no safety rights, neither by code nor by database role. */
  readonly serving: { readonly keys: ServingKeyStore; readonly vault: ReadingVault };
  readonly kms: Kms;
  /** Days that a KMS key stays recoverable once it is to be destroyed. */
  readonly pendingDays: number;
  readonly randomBytes: RandomBytes;
}

export interface VaultsOptions {
  readonly config: KmsConfig & Pick<Config, 'keyCacheMs'>;
  readonly clock: Clock;
  readonly metrics?: Pick<Metrics, 'kms'>;
}

interface Database {
  readonly writer: Pool;
  readonly reader: Pool;
  readonly bulletin: Bulletin;
}

/** What is opened is closed, and what is cached wiped, by `opened`. */
export async function openVaults(
  opened: AsyncDisposableStack,
  { config, clock, metrics }: VaultsOptions,
  { writer, reader, bulletin }: Database,
): Promise<Vaults> {
  const keyService = await openKms(config, { clock, metrics: metrics?.kms });
  opened.defer(() => keyService.close());
  const { kms, servingKms, pendingDays } = keyService;
  const randomBytes = pooledRandom();
  const caches = { cacheMs: config.keyCacheMs, rootCacheMs: rootLifeOf(config) };
  const shared = { kms, clock, random: randomBytes, ...caches };
  const keys = createPostgresKeyStore({ writer });
  const own = createVault({ ...shared, keys, purposes: ['serving', 'safety'] });
  const servingKeys = createPostgresServingKeyStore({ reader });
  const serving = createReadingVault({
    ...shared,
    ...{ kms: servingKms, keys: servingKeys, purposes: ['serving'] },
  });
  for (const vault of [own, serving]) opened.defer(() => vault.close());
  const evictions = createPostgresEvictions(bulletin, (tenant, scopes) => {
    for (const vault of [own, serving]) vault.evict(tenant, scopes);
  });
  const vault = telling(own, evictions);
  return { keys, vault, serving: { keys: servingKeys, vault: serving }, kms, pendingDays, randomBytes };
}

/** What this process hides or erases, all others forget at once instead of within the life of their caches. */
const telling = (vault: Vault, evictions: Evictions): Vault => ({
  ...vault,
  hide: async (tenant, scopes, at) => {
    await vault.hide(tenant, scopes, at);
    evictions.tell(tenant, scopes);
  },
  erase: async (tenant, scopes, at) => {
    const tombstones = await vault.erase(tenant, scopes, at);
    evictions.tell(tenant, scopes);
    return tombstones;
  },
});

import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import { LOOKUP_SCOPE, type Purpose, type Scope } from '../../domain/ports/key-store.ts';
import { deriveLookupKey, hmacSha256 } from '../../domain/sealing/derive.ts';
import type { Secret } from '../../domain/secret.ts';
import { createExpiringCache } from './expiring-cache.ts';
import type { Materials } from './materials.ts';
import type { ReadingVault, ServingKeys } from './vault.ts';

interface TokensDeps {
  readonly keys: ServingKeys;
  readonly clock: Clock;
  readonly purposes: readonly Purpose[];
  readonly cacheMs: number;
}

export interface Tokens extends Pick<ReadingVault, 'token' | 'tokens'> {
  evict(tenant: string, scopes: readonly Scope[]): void;
  close(): void;
}

const MAX_TENANTS = 10_000;

/**
 * Look-up tokens. Their key derives from the part of the tenant's look-up key that both purposes open, so that a process
 * without safety rights finds by token too. A token names nothing, so its key is cached without reading the fence.
 */
export function createTokens({ keys, clock, purposes, cacheMs }: TokensDeps, materials: Materials): Tokens {
  const cache = createExpiringCache<Secret>({
    clock,
    lifeMs: cacheMs,
    max: MAX_TENANTS,
    dispose: key => key.wipe(),
  });
  const purpose: Purpose = purposes.includes('serving') ? 'serving' : 'safety';

  const load = async (tenant: string): Promise<Secret> => {
    const [row] = await keys.readDataKeys(tenant, [LOOKUP_SCOPE]);
    if (row === undefined) throw new LetheError('key-missing', 'the tenant has no look-up key');
    if (row.state === 'erased') throw new LetheError('key-erased', "the tenant's look-up key is erased");
    const { contentKey, dataKey } = await materials.unwrap(row, purpose);
    dataKey?.wipe();
    return contentKey;
  };

  /** Derived in the same turn in which the look-up key is at hand, so that no eviction can zero it in between. */
  const kindKey = async (tenant: string, kind: string): Promise<Buffer> => {
    const cached = cache.get(tenant);
    if (cached !== undefined) return deriveLookupKey(cached.reveal(), kind);
    const loaded = await load(tenant);
    const key = deriveLookupKey(loaded.reveal(), kind);
    cache.set(tenant, loaded);
    return key;
  };

  const tokens: Tokens['tokens'] = async (tenant, kind, values) => {
    const key = await kindKey(tenant, kind);
    const made = values.map(value => hmacSha256(key, value));
    key.fill(0);
    return made;
  };

  const token: Tokens['token'] = async (tenant, kind, value) => {
    const key = await kindKey(tenant, kind);
    const made = hmacSha256(key, value);
    key.fill(0);
    return made;
  };

  const evict: Tokens['evict'] = (tenant, scopes) => {
    if (scopes.includes(LOOKUP_SCOPE)) cache.delete(tenant);
  };

  return { token, tokens, evict, close: () => cache.clear() };
}

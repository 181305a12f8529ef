import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { KeyStore } from '../../domain/ports/key-store.ts';
import { createExpiringCache } from './expiring-cache.ts';

interface EpochsDeps {
  readonly keys: KeyStore;
  readonly clock: Clock;
  readonly cacheMs: number;
}

export interface CurrentEpochs {
  /**
   * The epoch that new keys go under, read at most once per `cacheMs`: for that long after an epoch roll new keys still
   * go under the old one, until it is closed. Throws LetheError `key-missing` for a tenant without roots.
   */
  current(tenant: string): Promise<number>;
  forget(tenant: string): void;
}

const MAX_TENANTS = 10_000;

export function createEpochs({ keys, clock, cacheMs }: EpochsDeps): CurrentEpochs {
  const cache = createExpiringCache<number>({
    clock,
    lifeMs: cacheMs,
    max: MAX_TENANTS,
    dispose: () => undefined,
  });
  return {
    current: async tenant => {
      const cached = cache.get(tenant);
      if (cached !== undefined) return cached;
      const epoch = await keys.currentEpoch(tenant);
      if (epoch === undefined) throw new LetheError('key-missing', 'the tenant has no roots');
      cache.set(tenant, epoch);
      return epoch;
    },
    forget: tenant => cache.delete(tenant),
  };
}

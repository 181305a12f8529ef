import { LRUCache } from 'lru-cache';
import { LetheError } from '../../domain/errors.ts';

/** So many seconds' worth may be used at once: a start, or several epochs that are read from at the same time. */
const BURST_SECONDS = 10;
const TENANTS = 10_000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

export interface CallBudget {
  /**
   * Takes one call of the tenant's share. Throws LetheError `kms-unavailable` with `retryAfter` (seconds) where it has
   * used it up: the quota of an AWS account is shared, and one tenant must not use up that of all.
   */
  spend(tenant: string): void;
}

/** A token bucket a tenant. `now` in milliseconds, of a clock that never goes back. */
export function createCallBudget(perSecond: number, now: () => number = () => performance.now()): CallBudget {
  const burst = perSecond * BURST_SECONDS;
  const buckets = new LRUCache<string, Bucket>({ max: TENANTS });

  return {
    spend: tenant => {
      const at = now();
      const bucket = buckets.get(tenant) ?? { tokens: burst, filledAt: at };
      bucket.tokens = Math.min(burst, bucket.tokens + ((at - bucket.filledAt) / 1_000) * perSecond);
      bucket.filledAt = at;
      buckets.set(tenant, bucket);
      if (bucket.tokens < 1) {
        const retryAfter = Math.ceil((1 - bucket.tokens) / perSecond);
        throw new LetheError('kms-unavailable', "the tenant's calls to the KMS are used up for now", {
          details: { retryAfter },
        });
      }
      bucket.tokens -= 1;
    },
  };
}

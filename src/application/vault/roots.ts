import { createSecretKey, type KeyObject } from 'node:crypto';
import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { Kms } from '../../domain/ports/kms.ts';
import type { Purpose } from '../../domain/ports/key-store.ts';
import { createExpiringCache } from './expiring-cache.ts';
import { isRefusalCode } from './key-refused.ts';
import type { ServingKeys } from './vault.ts';

export interface RootsDeps {
  readonly kms: Kms;
  readonly keys: ServingKeys;
  readonly clock: Clock;
  readonly purposes: readonly Purpose[];
  readonly cacheMs: number;
}

export interface Roots {
  /**
   * The epoch root, from the cache or unwrapped by the KMS. Throws LetheError `purpose-refused`, `key-missing` or
   * `kms-unavailable`.
   */
  root(tenant: string, epoch: number, purpose: Purpose): Promise<KeyObject>;
  close(): void;
}

const MAX_ROOTS = 10_000;

/** Whatever keeps the KMS from answering is `kms-unavailable`; what it refuses for good keeps its code. */
export async function failClosed<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof LetheError && !isRefusalCode(cause.code)) throw cause;
    throw new LetheError('kms-unavailable', 'the key management service does not open keys now', { cause });
  }
}

/** Throws LetheError `purpose-refused` for a purpose that this process is not made for. */
export function requirePurpose(purposes: readonly Purpose[], purpose: Purpose): void {
  if (!purposes.includes(purpose)) {
    throw new LetheError('purpose-refused', `no key is opened here for the ${purpose} purpose`);
  }
}

export function createRoots({ kms, keys, clock, purposes, cacheMs }: RootsDeps): Roots {
  // A KeyObject can't be wiped by hand: OpenSSL clears it when it is collected.
  const cache = createExpiringCache<KeyObject>({
    clock,
    lifeMs: cacheMs,
    max: MAX_ROOTS,
    dispose: () => undefined,
  });
  const loading = new Map<string, Promise<KeyObject>>();

  const load = async (tenant: string, epoch: number, purpose: Purpose): Promise<KeyObject> => {
    const row = await keys.readRoot(tenant, epoch, purpose);
    if (row === undefined) {
      throw new LetheError('key-missing', `no ${purpose} root of epoch ${epoch} for this tenant`);
    }
    const context = { tenant, epoch: String(epoch), purpose };
    const secret = await failClosed(kms.decrypt(row.kmsKeyId, row.wrapped, context));
    const root = createSecretKey(secret.reveal());
    secret.wipe();
    return root;
  };

  const root: Roots['root'] = async (tenant, epoch, purpose) => {
    requirePurpose(purposes, purpose);
    const name = `${tenant}/${epoch}/${purpose}`;
    const cached = cache.get(name);
    if (cached !== undefined) return cached;
    // Callers that come at once share one call to the KMS.
    const started = loading.get(name) ?? load(tenant, epoch, purpose);
    loading.set(name, started);
    try {
      const loaded = await started;
      if (cache.get(name) === undefined) cache.set(name, loaded);
      return loaded;
    } finally {
      loading.delete(name);
    }
  };

  return { root, close: () => cache.clear() };
}

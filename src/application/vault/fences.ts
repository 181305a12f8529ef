import type { KeyStore, Scope } from '../../domain/ports/key-store.ts';
import type { Vault } from './vault.ts';

/** Evicts before the durable write, and after it what a reader unwrapped in between. */
export function createFences(
  { keys }: { readonly keys: KeyStore },
  cache: Pick<Vault, 'evict'>,
): Pick<Vault, 'hide' | 'erase'> {
  const fenced = async <T>(tenant: string, scopes: readonly Scope[], write: () => Promise<T>): Promise<T> => {
    cache.evict(tenant, scopes);
    try {
      return await write();
    } finally {
      cache.evict(tenant, scopes);
    }
  };
  return {
    hide: (tenant, scopes, at) => fenced(tenant, scopes, () => keys.hide(tenant, scopes, at)),
    erase: (tenant, scopes, at) => fenced(tenant, scopes, () => keys.erase(tenant, scopes, at)),
  };
}

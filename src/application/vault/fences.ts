import type { KeyStore, Scope } from '../../domain/ports/key-store.ts';
import type { Vault } from './vault.ts';

interface Evicting {
  evict(tenant: string, scopes: readonly Scope[]): void;
}

/** Evicts before the durable write, and after it what a reader unwrapped in between. */
export function createFences(
  { keys }: { readonly keys: KeyStore },
  caches: readonly Evicting[],
): Pick<Vault, 'hide' | 'erase'> {
  const evict = (tenant: string, scopes: readonly Scope[]): void => {
    for (const cache of caches) cache.evict(tenant, scopes);
  };
  const fenced = async <T>(tenant: string, scopes: readonly Scope[], write: () => Promise<T>): Promise<T> => {
    evict(tenant, scopes);
    try {
      return await write();
    } finally {
      evict(tenant, scopes);
    }
  };
  return {
    hide: (tenant, scopes, at) => fenced(tenant, scopes, () => keys.hide(tenant, scopes, at)),
    erase: (tenant, scopes, at) => fenced(tenant, scopes, () => keys.erase(tenant, scopes, at)),
  };
}

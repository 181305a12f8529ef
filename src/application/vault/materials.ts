import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { DataKeyRow, Purpose, Scope } from '../../domain/ports/key-store.ts';
import { derivePartKey } from '../../domain/sealing/derive.ts';
import { unwrapKey } from '../../domain/sealing/wrap.ts';
import { Secret } from '../../domain/secret.ts';
import { createExpiringCache } from './expiring-cache.ts';
import type { Roots } from './roots.ts';

/** An unwrapped data key as far as a purpose may see it: for serving, the content key and nothing above it. */
export interface KeyMaterial {
  readonly contentKey: Secret;
  readonly dataKey: Secret | undefined;
}

/** The rows' keys, unwrapped. What callers get are copies of their own, to wipe or drop. */
export interface Materials {
  /** Throws LetheError `key-missing` if the row holds no wrap for the purpose, and what the roots throw. */
  unwrap(row: DataKeyRow, purpose: Purpose): Promise<KeyMaterial>;
  evict(tenant: string, scopes: readonly Scope[]): void;
  close(): void;
}

interface Cached extends KeyMaterial {
  readonly keyId: string;
}

const copy = (secret: Secret): Secret => new Secret(Buffer.from(secret.reveal()));

const copyMaterial = ({ contentKey, dataKey }: KeyMaterial): KeyMaterial => ({
  contentKey: copy(contentKey),
  dataKey: dataKey === undefined ? undefined : copy(dataKey),
});

export function wipeMaterial({ contentKey, dataKey }: KeyMaterial): void {
  contentKey.wipe();
  dataKey?.wipe();
}

const cacheName = (tenant: string, scope: Scope, purpose: Purpose): string => `${purpose}/${tenant}/${scope}`;

async function unwrapRow(roots: Roots, row: DataKeyRow, purpose: Purpose): Promise<KeyMaterial> {
  const { tenant, scope, epoch } = row;
  const wrapped = purpose === 'safety' ? row.safety : row.serving;
  if (wrapped === null) {
    throw new LetheError('key-missing', `${scope} holds no key for the ${purpose} purpose`);
  }
  const root = await roots.root(tenant, epoch, purpose);
  const key = unwrapKey(root, wrapped, { tenant, scope, epoch, purpose });
  if (purpose === 'serving') return { contentKey: new Secret(key), dataKey: undefined };
  return { contentKey: new Secret(derivePartKey(key, 'content')), dataKey: new Secret(key) };
}

export function createMaterials(
  deps: { readonly clock: Clock; readonly cacheMs: number; readonly cacheEntries: number },
  roots: Roots,
): Materials {
  const { clock, cacheMs, cacheEntries } = deps;
  const cache = createExpiringCache<Cached>({
    clock,
    lifeMs: cacheMs,
    max: cacheEntries,
    dispose: wipeMaterial,
  });

  const unwrap: Materials['unwrap'] = async (row, purpose) => {
    const cached = cache.get(cacheName(row.tenant, row.scope, purpose));
    if (cached?.keyId === row.keyId) return copyMaterial(cached);
    const material = await unwrapRow(roots, row, purpose);
    cache.set(cacheName(row.tenant, row.scope, purpose), { keyId: row.keyId, ...copyMaterial(material) });
    return material;
  };

  const evict: Materials['evict'] = (tenant, scopes) => {
    for (const scope of scopes) {
      cache.delete(cacheName(tenant, scope, 'serving'));
      cache.delete(cacheName(tenant, scope, 'safety'));
    }
  };

  return { unwrap, evict, close: () => cache.clear() };
}

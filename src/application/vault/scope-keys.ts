import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { DataKeyRow, KeyStore, Purpose, Scope } from '../../domain/ports/key-store.ts';
import { createEpochs } from './epochs.ts';
import { wipeMaterial, type KeyMaterial, type Materials } from './materials.ts';
import { makeKey, makeUnstored, type EpochRoots, type NewKey } from './new-keys.ts';
import type { RandomBytes } from './random.ts';
import { requirePurpose, type Roots } from './roots.ts';
import type { KeyGrip, Vault, WantedKey } from './vault.ts';

interface ScopeKeysDeps {
  readonly keys: KeyStore;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly purposes: readonly Purpose[];
  readonly cacheMs: number;
}

/** Epochs that may be closed one after the other while a key is being made. */
const ATTEMPTS = 5;

const isEpochClosed = (error: unknown): boolean =>
  error instanceof LetheError && error.code === 'epoch-closed';

function usable(row: DataKeyRow, material: KeyMaterial, fresh: boolean): KeyGrip {
  const { keyId, epoch, subject, createdAt, state } = row;
  const { dataKey, contentKey } = material;
  if (dataKey === undefined || (state !== 'live' && state !== 'hidden')) {
    throw new LetheError('key-missing', `${row.scope} holds no key to seal with`);
  }
  return { status: 'usable', keyId, epoch, subject, createdAt, state, fresh, dataKey, contentKey };
}

/** The grip of a scope without a key; undefined for one that has a key. */
function closedGrip(row: DataKeyRow, fresh: boolean): KeyGrip | undefined {
  const { keyId, epoch, subject, createdAt, state, erasedAt, scope } = row;
  const facts = { keyId, epoch, subject, createdAt, fresh };
  if (state === 'unstored') return { ...facts, status: 'unstored', state };
  if (state !== 'erased') return undefined;
  if (erasedAt === null) throw new LetheError('key-missing', `the tombstone of ${scope} has no date`);
  return { ...facts, status: 'erased', state, erasedAt };
}

export function createScopeKeys(
  deps: ScopeKeysDeps,
  roots: Roots,
  materials: Materials,
): Pick<Vault, 'ensureKeys'> {
  const { keys, random } = deps;
  const epochs = createEpochs(deps);

  const epochRoots = async (tenant: string, epoch: number): Promise<EpochRoots> => ({
    epoch,
    safety: await roots.root(tenant, epoch, 'safety'),
    serving: await roots.root(tenant, epoch, 'serving'),
  });

  const makeMissing = async (tenant: string, wanted: readonly WantedKey[]): Promise<Map<Scope, NewKey>> => {
    const made = new Map<Scope, NewKey>();
    if (wanted.length === 0) return made;
    const epoch = await epochs.current(tenant);
    // A `store: false` call needs no root, and so no KMS.
    const stored = wanted.some(({ store }) => store) ? await epochRoots(tenant, epoch) : undefined;
    for (const one of wanted) {
      const keyed = one.store && stored !== undefined;
      made.set(
        one.scope,
        keyed ? makeKey(random, tenant, stored, one) : makeUnstored(random, tenant, epoch, one),
      );
    }
    return made;
  };

  /** The epoch that the cache knows may have been closed since: its keys are then made again under the current one. */
  const insertMissing = async (
    tenant: string,
    wanted: readonly WantedKey[],
  ): Promise<{ made: Map<Scope, NewKey>; inserted: DataKeyRow[] }> => {
    for (let attempt = 1; ; attempt++) {
      const made = await makeMissing(tenant, wanted);
      try {
        return { made, inserted: await keys.insertDataKeys([...made.values()].map(({ row }) => row)) };
      } catch (error) {
        for (const { material } of made.values()) if (material !== undefined) wipeMaterial(material);
        epochs.forget(tenant);
        if (attempt === ATTEMPTS || !isEpochClosed(error)) throw error;
      }
    }
  };

  const gripOf = async (row: DataKeyRow, made: NewKey | undefined): Promise<KeyGrip> => {
    // The row that stands may be another writer's, or a tombstone: only our own id says that our key was taken.
    const fresh = made?.row.keyId === row.keyId;
    // Not cached: in bulk most new assets are never sealed to again, and one that is costs a single unwrap.
    if (fresh && made.material !== undefined) return usable(row, made.material, true);
    if (made?.material !== undefined) wipeMaterial(made.material);
    return closedGrip(row, fresh) ?? usable(row, await materials.unwrap(row, 'safety'), false);
  };

  return {
    ensureKeys: async (tenant, wanted, read) => {
      requirePurpose(deps.purposes, 'safety');
      requirePurpose(deps.purposes, 'serving');
      const distinct = new Map<Scope, WantedKey>();
      for (const one of wanted) if (!distinct.has(one.scope)) distinct.set(one.scope, one);
      const found = read ?? (await keys.readDataKeys(tenant, [...distinct.keys()]));
      const standing = found.filter(({ scope }) => distinct.has(scope));
      for (const { scope } of standing) distinct.delete(scope);
      const { made, inserted } = await insertMissing(tenant, [...distinct.values()]);
      const grips = new Map<Scope, KeyGrip>();
      for (const row of [...standing, ...inserted])
        grips.set(row.scope, await gripOf(row, made.get(row.scope)));
      return grips;
    },
  };
}

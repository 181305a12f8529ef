import type { KeyObject } from 'node:crypto';
import type { DataKeyRow, Purpose } from '../../domain/ports/key-store.ts';
import { derivePartKey } from '../../domain/sealing/derive.ts';
import { uuidFromRandom } from '../../domain/sealing/encoding.ts';
import { KEY_BYTES, NONCE_BYTES } from '../../domain/sealing/gcm.ts';
import { wrapKey, type WrapContext } from '../../domain/sealing/wrap.ts';
import { Secret } from '../../domain/secret.ts';
import type { KeyMaterial } from './materials.ts';
import type { RandomBytes } from './random.ts';
import type { WantedKey } from './vault.ts';

/** The roots that new keys go under. */
export interface EpochRoots {
  readonly epoch: number;
  readonly safety: KeyObject;
  readonly serving: KeyObject;
}

/** A row about to be inserted, with its key in clear unless the scope is not to be stored. */
export interface NewKey {
  readonly row: DataKeyRow;
  readonly material: KeyMaterial | undefined;
}

/** A scope that gets no key, now or ever (promise 47). */
export function makeUnstored(random: RandomBytes, tenant: string, epoch: number, wanted: WantedKey): NewKey {
  return { row: { ...newRow(random, tenant, epoch, wanted), state: 'unstored' }, material: undefined };
}

/** A fresh data key: wrapped whole for safety, as its content key alone for serving (design §5). */
export function makeKey(random: RandomBytes, tenant: string, roots: EpochRoots, wanted: WantedKey): NewKey {
  const { epoch } = roots;
  const dataKey = random(KEY_BYTES);
  const contentKey = derivePartKey(dataKey, 'content');
  const place = (purpose: Purpose): WrapContext => ({ tenant, scope: wanted.scope, epoch, purpose });
  const safety = wrapKey(roots.safety, dataKey, random(NONCE_BYTES), place('safety'));
  const serving = wrapKey(roots.serving, contentKey, random(NONCE_BYTES), place('serving'));
  return {
    row: { ...newRow(random, tenant, epoch, wanted), safety, serving },
    material: { dataKey: new Secret(dataKey), contentKey: new Secret(contentKey) },
  };
}

const newRow = (random: RandomBytes, tenant: string, epoch: number, wanted: WantedKey): DataKeyRow => ({
  tenant,
  scope: wanted.scope,
  keyId: uuidFromRandom(random(16)),
  epoch,
  subject: wanted.subject,
  state: 'live',
  safety: null,
  serving: null,
  createdAt: wanted.createdAt,
  hiddenAt: null,
  erasedAt: null,
});

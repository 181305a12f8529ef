import type { Buffer } from 'node:buffer';
import type { KeyObject } from 'node:crypto';
import type { Rewrapped, WrappedKey } from '../ports/epoch-store.ts';
import { derivePartKey } from './derive.ts';
import { NONCE_BYTES } from './gcm.ts';
import { unwrapKey, wrapVerified } from './wrap.ts';

/** The two roots of an epoch. */
export interface RootPair {
  readonly epoch: number;
  readonly safety: KeyObject;
  readonly serving: KeyObject;
}

export interface RewrapPlan {
  readonly tenant: string;
  readonly from: RootPair;
  readonly to: RootPair;
}

/** Random bytes that a re-wrapped key takes. */
export const REWRAP_RANDOM_BYTES = 2 * NONCE_BYTES;

/**
 * A data key under the roots of another epoch. Each new wrap is opened again and compared with the key that went in. The
 * serving wrap is made from the data key, as the first one was (design §5): the old one need not be opened for it.
 * `random` is fresh, REWRAP_RANDOM_BYTES. Throws LetheError `rewrap-unverified`, `wrap-malformed` or `wrap-tampered`: the
 * old wraps must then stay.
 */
export function rewrapKey({ tenant, from, to }: RewrapPlan, key: WrappedKey, random: Buffer): Rewrapped {
  const { scope } = key;
  const { epoch } = to;
  const dataKey = unwrapKey(from.safety, key.safety, { tenant, scope, epoch: from.epoch, purpose: 'safety' });
  const nonce = random.subarray(0, NONCE_BYTES);
  const safety = wrapVerified(to.safety, dataKey, nonce, { tenant, scope, epoch, purpose: 'safety' });
  let serving: Buffer | null = null;
  if (!key.isHidden) {
    const contentKey = derivePartKey(dataKey, 'content');
    const other = random.subarray(NONCE_BYTES);
    serving = wrapVerified(to.serving, contentKey, other, { tenant, scope, epoch, purpose: 'serving' });
    contentKey.fill(0);
  }
  dataKey.fill(0);
  return { scope, was: key.safety, safety, serving };
}

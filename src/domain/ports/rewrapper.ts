import type { RewrapPlan } from '../sealing/rewrap.ts';
import type { Rewrapped, WrappedKey } from './epoch-store.ts';

/** Re-wraps data keys from one epoch to another, as `rewrapKey` does, in whatever place has the time for it; disposed of when the roll is done. */
export interface Rewrapper extends AsyncDisposable {
  /** All of them verified, in the order given; or none, with the error of `rewrapKey`. */
  rewrap(keys: readonly WrappedKey[]): Promise<readonly Rewrapped[]>;
}

export type OpenRewrapper = (plan: RewrapPlan) => Rewrapper;

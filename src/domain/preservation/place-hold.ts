import { LetheError } from '../errors.ts';
import type { LetheEvent } from '../events/catalogue.ts';
import type { HoldScope } from '../events/tenant-events.ts';
import { batchErasing, targetKey } from './coverage.ts';
import type { PlaceHold, PreservationState } from './preservation.ts';

export interface HoldPlacement {
  readonly events: LetheEvent[];
  /** Assets in scope whose erasure had already begun: nothing can save them. */
  readonly tooLate: readonly string[];
}

/** Assets in scope that are erased, or that an open batch is erasing. */
function tooLateIn(scope: HoldScope, state: PreservationState, erased: ReadonlySet<string>): string[] {
  if ('assets' in scope) {
    return scope.assets.filter(asset => erased.has(asset) || batchErasing(state, asset) !== undefined);
  }
  const targets = state.batches.values().flatMap(batch => batch.targets.values());
  return [...targets.filter(({ subject }) => subject === scope.subject).map(targetKey)];
}

/** What the hold can still preserve: an asset that is being erased would make its record untrue. */
function savable(scope: HoldScope, tooLate: readonly string[]): HoldScope {
  if ('subject' in scope) return scope;
  const late = new Set(tooLate);
  const assets = [...new Set(scope.assets)].filter(asset => !late.has(asset));
  if (assets.length > 0) return { assets };
  throw new LetheError('hold-too-late', 'every asset that the hold names is erased or being erased', {
    details: { tooLate },
  });
}

function refuseAfterTheEnd({ offboarding: { status } }: PreservationState): void {
  if (status === 'started' || status === 'erased') {
    throw new LetheError('hold-too-late', 'the keys of the tenant are being destroyed');
  }
}

/**
 * Decides a hold and says which assets it comes too late for. The event names only what is preserved.
 * Throws `hold-exists`, `hold-expiry-past`, `hold-too-late` (nothing left to preserve).
 */
export function placeHold(
  { order, at, erased = new Set() }: PlaceHold,
  state: PreservationState,
): HoldPlacement {
  refuseAfterTheEnd(state);
  if (state.holds.has(order.hold)) throw new LetheError('hold-exists', 'a hold of this id is in force');
  if (order.expiresAt !== undefined && Date.parse(order.expiresAt) <= at.getTime()) {
    throw new LetheError('hold-expiry-past', 'a hold has to expire in the future');
  }
  const tooLate = tooLateIn(order.scope, state, erased);
  const scope = savable(order.scope, tooLate);
  return { events: [{ type: 'hold.placed', data: { ...order, scope } }], tooLate };
}

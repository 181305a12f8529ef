import { LetheError } from '../errors.ts';
import type { LetheEvent } from '../events/catalogue.ts';
import type { HoldScope } from '../events/hold-events.ts';
import { addDuration } from '../time/duration.ts';
import { batchErasing, isExpired, targetKey } from './coverage.ts';
import type { ApproveHold, PreservationState, RequestHold } from './preservation.ts';

/** How long a request preserves by itself: one person alone can postpone an erasure for three days, and no longer. */
const UNAPPROVED = 'PT72H';

export interface HoldDecision {
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
  if (assets.length > 0) return { ...scope, assets };
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
 * Decides a request and says which assets it comes too late for. The event names only what is preserved, which it is from
 * here on. Throws `hold-exists`, `hold-expiry-past`, `hold-too-late` (nothing left to preserve).
 */
export function requestHold(
  { order, at, erased = new Set() }: RequestHold,
  state: PreservationState,
): HoldDecision & { readonly preservesUntil: Date } {
  refuseAfterTheEnd(state);
  if (state.holds.has(order.hold)) throw new LetheError('hold-exists', 'a hold of this id is in force');
  const expiresAt = order.expiresAt === undefined ? Infinity : Date.parse(order.expiresAt);
  if (expiresAt <= at.getTime()) {
    throw new LetheError('hold-expiry-past', 'a hold has to expire in the future');
  }
  const tooLate = tooLateIn(order.scope, state, erased);
  const scope = savable(order.scope, tooLate);
  const preservesUntil = new Date(Math.min(addDuration(at, UNAPPROVED).getTime(), expiresAt));
  const data = { ...order, scope, preservesUntil: preservesUntil.toISOString() };
  return { events: [{ type: 'hold.requested', data }], tooLate, preservesUntil };
}

/**
 * The second person. What was asked for is placed as it was asked for; its assets were preserved all the time.
 * Throws `hold-not-found`, `own-approval`, `hold-exists` (it is approved already), `hold-lapsed`, `hold-too-late`.
 */
export function approveHold({ hold, by, at }: ApproveHold, state: PreservationState): LetheEvent[] {
  const found = state.holds.get(hold);
  if (found === undefined) throw new LetheError('hold-not-found', 'no such hold waits for an approval');
  if (found.status === 'placed') throw new LetheError('hold-exists', 'the hold is in force already');
  if (found.requestedBy === by) {
    throw new LetheError('own-approval', 'whoever asked for the hold cannot approve it');
  }
  if (isExpired(found, at)) throw new LetheError('hold-lapsed', 'nobody approved the hold in time');
  refuseAfterTheEnd(state);
  const { kind, authority, ground, scope, requestedBy, orderedUntil } = found;
  const expiry = orderedUntil === undefined ? {} : { expiresAt: orderedUntil.toISOString() };
  return [{ type: 'hold.placed', data: { hold, kind, authority, ground, scope, ...expiry, requestedBy } }];
}

import { LetheError, unreachable } from '../errors.ts';
import type { LetheEvent } from '../events/catalogue.ts';
import type { ErasureTarget } from '../events/tenant-events.ts';
import { batchErasing, isExpired, preservedAt, targetKey } from './coverage.ts';
import type {
  CompleteErasure,
  ExpireHolds,
  PreservationCommand,
  PreservationState,
  ReleaseHold,
  StartErasure,
} from './preservation.ts';
import { approveHold, requestHold } from './request-hold.ts';

/** Targets of one batch; candidates beyond wait for the next. */
const MOST_TARGETS = 2_000;
/** Targets that one event names: with identifiers of full length it stays below the 65,535 bytes of a leaf. */
const TARGETS_AN_EVENT = 150;

function releaseHold({ hold }: ReleaseHold, state: PreservationState): LetheEvent[] {
  const found = state.holds.get(hold);
  if (found === undefined) throw new LetheError('hold-not-found', 'no such hold is in force');
  const cause = found.status === 'placed' ? 'released' : 'withdrawn';
  return [{ type: 'hold.released', data: { hold, cause } }];
}

const expireHolds = ({ at }: ExpireHolds, state: PreservationState): LetheEvent[] =>
  [...state.holds.values()]
    .filter(hold => isExpired(hold, at))
    .map(({ hold, status }) => {
      const cause = status === 'placed' ? 'expired' : 'lapsed';
      return { type: 'hold.released', data: { hold, cause } };
    });

/** Takes the candidates that are due, under no hold and in no open batch; the rest stay candidates. */
function startErasure({ batch, candidates, at }: StartErasure, state: PreservationState): LetheEvent[] {
  if (state.batches.has(batch)) return [];
  const isPreserved = preservedAt(state, at);
  const targets = new Map<string, ErasureTarget>();
  for (const target of candidates) {
    if (targets.size === MOST_TARGETS) break;
    const isDue = Date.parse(target.eraseAt) <= at.getTime();
    if (!isDue || isPreserved(target) || batchErasing(state, targetKey(target)) !== undefined) continue;
    targets.set(targetKey(target), target);
  }
  const taken = [...targets.values()];
  return Array.from({ length: Math.ceil(taken.length / TARGETS_AN_EVENT) }, (_, at) => {
    const named = taken.slice(at * TARGETS_AN_EVENT, (at + 1) * TARGETS_AN_EVENT);
    return { type: 'erasure.started', data: { batch, targets: named } };
  });
}

/** Whoever resumed the batch may have completed it already: that is no error. */
const completeErasure = ({ batch, erased }: CompleteErasure, state: PreservationState): LetheEvent[] =>
  state.batches.has(batch) ? [{ type: 'erasure.completed', data: { batch, erased } }] : [];

export function decidePreservation(command: PreservationCommand, state: PreservationState): LetheEvent[] {
  switch (command.kind) {
    case 'request-hold':
      return requestHold(command, state).events;
    case 'approve-hold':
      return approveHold(command, state);
    case 'release-hold':
      return releaseHold(command, state);
    case 'expire-holds':
      return expireHolds(command, state);
    case 'start-erasure':
      return startErasure(command, state);
    case 'complete-erasure':
      return completeErasure(command, state);
    default:
      return unreachable(command);
  }
}

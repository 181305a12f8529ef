import type { Decider } from '../decider.ts';
import type { EventData } from '../events/catalogue.ts';
import type { ErasureTarget } from '../events/tenant-events.ts';
import { offboardingDecider, type OffboardingState } from '../offboarding/offboarding.ts';
import { decidePreservation } from './decide.ts';
import { evolvePreservation } from './evolve.ts';

export interface Hold extends Omit<EventData<'hold.placed'>, 'expiresAt'> {
  readonly placedAt: Date;
  readonly expiresAt: Date | undefined;
}

/** An erasure under way: from the intent until its completion no hold can save its targets. */
export interface ErasureBatch {
  readonly batch: string;
  /** By `targetKey`. A worker that takes over a dead one's batch resumes from these. */
  readonly targets: ReadonlyMap<string, ErasureTarget>;
  readonly startedAt: Date;
}

/**
 * The stream `preservation` of a tenant: holds and the starts of erasures together, so that the expected revision
 * lets exactly one of a racing hold and erasure win. Released holds and completed batches leave the state, which
 * so stays small: an event costs its own size and a copy of what is open.
 */
export interface PreservationState {
  readonly holds: ReadonlyMap<string, Hold>;
  readonly batches: ReadonlyMap<string, ErasureBatch>;
  /** The end of the tenant itself: once its keys are being destroyed, no hold can save anything. */
  readonly offboarding: OffboardingState;
}

export interface PlaceHold {
  readonly kind: 'place-hold';
  /** The hold as ordered. */
  readonly order: EventData<'hold.placed'>;
  /** Assets that are erased already: completed batches leave the state, so that it can't know. */
  readonly erased?: ReadonlySet<string>;
  readonly at: Date;
}

export interface ReleaseHold {
  readonly kind: 'release-hold';
  readonly hold: string;
}

export interface ExpireHolds {
  readonly kind: 'expire-holds';
  readonly at: Date;
}

export interface StartErasure {
  readonly kind: 'start-erasure';
  readonly batch: string;
  readonly candidates: readonly ErasureTarget[];
  /** The time of erasing: the earlier of the clock's and the log's own. */
  readonly at: Date;
}

export interface CompleteErasure {
  readonly kind: 'complete-erasure';
  readonly batch: string;
  /** Assets erased by it. */
  readonly erased: number;
}

export type PreservationCommand = PlaceHold | ReleaseHold | ExpireHolds | StartErasure | CompleteErasure;

/**
 * Append with the revision that the state was read at, and decide again on a conflict. Throws `hold-exists`,
 * `hold-expiry-past`, `hold-too-late` and `hold-not-found`.
 */
export const preservationDecider: Decider<PreservationState, PreservationCommand> = {
  initial: { holds: new Map(), batches: new Map(), offboarding: offboardingDecider.initial },
  decide: decidePreservation,
  evolve: evolvePreservation,
};

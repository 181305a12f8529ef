import type { Decider } from '../decider.ts';
import type { EventData } from '../events/catalogue.ts';
import type { ErasureTarget } from '../events/tenant-events.ts';
import { offboardingDecider, type OffboardingState } from '../offboarding/offboarding.ts';
import { decidePreservation } from './decide.ts';
import { evolvePreservation } from './evolve.ts';

interface HoldTerms extends Pick<
  EventData<'hold.placed'>,
  'hold' | 'kind' | 'authority' | 'ground' | 'scope'
> {
  /** Credential or worker that asked for it, and when; undefined of a hold from before there were two people. */
  readonly requestedBy: string | undefined;
  readonly requestedAt: Date | undefined;
}

/** Waits for somebody else's approval, and preserves until it comes or the request lapses. */
export interface RequestedHold extends HoldTerms {
  readonly status: 'requested';
  readonly requestedBy: string;
  readonly requestedAt: Date;
  /** When the request lapses. */
  readonly expiresAt: Date;
  /** When the hold is to end once it is placed. */
  readonly orderedUntil: Date | undefined;
}

export interface PlacedHold extends HoldTerms {
  readonly status: 'placed';
  readonly placedAt: Date;
  readonly expiresAt: Date | undefined;
}

/** Requested or placed, it postpones every erasure that it covers. */
export type Hold = RequestedHold | PlacedHold;

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

export interface RequestHold {
  readonly kind: 'request-hold';
  /** The hold as ordered. */
  readonly order: Omit<EventData<'hold.requested'>, 'preservesUntil'>;
  /** Assets that are erased already: completed batches leave the state, so that it can't know. */
  readonly erased?: ReadonlySet<string>;
  readonly at: Date;
}

export interface ApproveHold {
  readonly kind: 'approve-hold';
  readonly hold: string;
  /** Credential that approves. */
  readonly by: string;
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

export type PreservationCommand =
  RequestHold | ApproveHold | ReleaseHold | ExpireHolds | StartErasure | CompleteErasure;

/**
 * Append with the revision that the state was read at, and decide again on a conflict. Throws `hold-exists`,
 * `hold-expiry-past`, `hold-lapsed`, `hold-too-late`, `hold-not-found` and `own-approval`.
 */
export const preservationDecider: Decider<PreservationState, PreservationCommand> = {
  initial: { holds: new Map(), batches: new Map(), offboarding: offboardingDecider.initial },
  decide: decidePreservation,
  evolve: evolvePreservation,
};

import type { Decider } from '../decider.ts';
import { decideOffboarding } from './decide.ts';
import { evolveOffboarding } from './evolve.ts';

export interface Announcement {
  readonly offboarding: string;
  /** Credential that announced it. */
  readonly by: string;
  readonly announcedAt: Date;
  /** End of the notice. */
  readonly notBefore: Date;
}

interface Confirmation extends Announcement {
  readonly confirmedAt: Date;
  /** Report that takes the evidence out, once it has been asked for. */
  readonly report: string | undefined;
  /** When that report was asked for, and how many have been, itself included. */
  readonly exportAskedAt: Date | undefined;
  readonly exports: number;
}

export type OffboardingState =
  | { readonly status: 'none' }
  | (Announcement & { readonly status: 'announced' })
  /** Read-only from here on. */
  | (Confirmation & { readonly status: 'confirmed' })
  /** The point of no return. */
  | (Confirmation & { readonly status: 'started'; readonly kmsKeys: readonly string[] })
  | (Confirmation & {
      readonly status: 'erased';
      readonly kmsKeys: readonly string[];
      readonly foundGone: readonly string[];
      readonly erasedAt: Date;
      readonly certificate: string;
    });

export interface AnnounceOffboarding {
  readonly kind: 'announce';
  readonly offboarding: string;
  readonly by: string;
  readonly notBefore: Date;
}

export interface ConfirmOffboarding {
  readonly kind: 'confirm';
  readonly by: string;
}

export interface WithdrawOffboarding {
  readonly kind: 'withdraw';
}

export interface ExportTenant {
  readonly kind: 'export';
  readonly report: string;
  /** The report that failed, whose place it takes. */
  readonly replaces?: string | undefined;
  readonly at: Date;
}

/** What stands in the way of the destruction, as far as the log does not say it. */
export interface StartDestruction {
  readonly kind: 'start';
  readonly kmsKeys: readonly string[];
  /** A hold is in force. */
  readonly held: boolean;
  /** The evidence has been put together, and can be fetched. */
  readonly exported: boolean;
  /** When the last minimum window of the tenant's assets ends; undefined where nothing is kept. */
  readonly windowsEnd: Date | undefined;
  /** The time of erasing: the earlier of the clock's and the log's own. */
  readonly at: Date;
}

export interface CompleteDestruction {
  readonly kind: 'complete';
  readonly kmsKeys: readonly string[];
  /** Those that were on record as destroyed, and that the KMS no longer knows. */
  readonly foundGone: readonly string[];
  readonly certificate: string;
  readonly at: Date;
}

export type OffboardingCommand =
  | AnnounceOffboarding
  | ConfirmOffboarding
  | WithdrawOffboarding
  | ExportTenant
  | StartDestruction
  | CompleteDestruction;

/**
 * The end of a tenant. Its events share the tenant's stream of holds and erasures, so that a hold and the start of the
 * destruction have an order. Throws `offboarding-exists`, `offboarding-not-found`, `own-approval`,
 * `offboarding-started`, `offboarding-waits` and `held`.
 */
export const offboardingDecider: Decider<OffboardingState, OffboardingCommand> = {
  initial: { status: 'none' },
  decide: decideOffboarding,
  evolve: evolveOffboarding,
};

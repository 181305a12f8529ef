/** Rejects with `lease-lost` once another process may hold the lease: asked right before what only its holder may do. */
export type LeaseCheck = () => Promise<void>;

export interface HeldLease {
  readonly check: LeaseCheck;
  /** Aborts when the lease is lost. */
  readonly lost: AbortSignal;
}

/**
 * Work that one process of a cell does at a time. A name is free again as soon as its holder is dead, and within seconds
 * where the holder is frozen or cut off; such a holder may still be at work when it wakes, so whatever it does must be
 * harmless the second time, or guarded by `check`.
 */
export interface Leases {
  /** Runs `work` while this call alone, in any process, holds the name; false where another holds it. */
  run(name: string, work: (held: HeldLease) => Promise<void>): Promise<boolean>;
}

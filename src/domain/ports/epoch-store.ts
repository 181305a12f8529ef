import type { DataKeyRow, RootRow, Scope } from './key-store.ts';

/**
 * opening: its roots are being made · current: new data keys go under it · closing: superseded, survivors move to the
 * current one · closed: takes no new key any more · retired: no living key is left under it · destroyed: so is its KMS key.
 */
export type EpochState = 'opening' | 'current' | 'closing' | 'closed' | 'retired' | 'destroyed';

export interface EpochRow {
  readonly tenant: string;
  readonly epoch: number;
  readonly kmsKeyId: string;
  readonly state: EpochState;
  readonly openedAt: Date;
  readonly retiredAt: Date | null;
  /** Data keys that lived on when it was retired; null before, and where a restore retired it. */
  readonly survivors: number | null;
  readonly destroyedAt: Date | null;
}

/** What is known of an epoch when it is opened. */
export type NewEpoch = Omit<EpochRow, 'retiredAt' | 'survivors' | 'destroyedAt'>;

/** A living data key as an epoch roll sees it. */
export interface WrappedKey {
  readonly scope: Scope;
  readonly safety: Buffer;
  /** It has no serving wrap, and gets none. */
  readonly isHidden: boolean;
}

/** The same key under another epoch. `was` is the safety wrap that it replaces; `serving` is null where it is hidden. */
export interface Rewrapped {
  readonly scope: Scope;
  readonly was: Buffer;
  readonly safety: Buffer;
  readonly serving: Buffer | null;
}

/** A data key that lived on into an epoch: its wraps under that epoch's roots, and nothing in clear. */
export type Survivor = Pick<DataKeyRow, 'scope' | 'keyId' | 'safety' | 'serving' | 'hiddenAt'>;

export interface Retirement {
  readonly at: Date;
  readonly survivors: number;
}

export interface Page {
  readonly after: Scope | undefined;
  readonly limit: number;
}

/**
 * Epochs of tenants and the data keys under them, beside the key store. Guarantees:
 * - States only move forward, and `close` waits for the inserts under way: once it resolves, no data key is ever
 *   inserted under that epoch.
 * - `rewrap` writes a key only where the row still has the wrap that was read, and never over a hide or an erasure.
 */
export interface EpochStore {
  list(tenant: string): Promise<EpochRow[]>;
  /** Tenants with an unfinished roll, or whose current epoch was opened at that instant or before; in order. */
  due(openedBefore: Date): Promise<string[]>;
  /** Every tenant that has an epoch, in order. */
  tenants(): Promise<string[]>;
  /** Makes an epoch that is opening the current one; the current one is closing from then on. */
  supersede(tenant: string, epoch: number): Promise<void>;
  close(tenant: string, epoch: number): Promise<void>;
  /** Closed → retired, or false while living keys are left under it. */
  retire(tenant: string, epoch: number, how: Retirement): Promise<boolean>;
  /** Retired → destroyed; the first date stands. */
  destroyed(tenant: string, epoch: number, at: Date): Promise<void>;
  deleteRoots(tenant: string, epoch: number): Promise<void>;

  /** Living keys under one epoch, behind `after` by scope. */
  livingUnder(tenant: string, epoch: number, page: Page): Promise<WrappedKey[]>;
  /** Answers how many were written; rows that somebody else has locked or changed are left for the next pass. */
  rewrap(tenant: string, epoch: number, keys: readonly Rewrapped[]): Promise<number>;
  survivors(tenant: string, epoch: number, page: Page): Promise<Survivor[]>;
  /**
   * Gives rows of earlier epochs their wraps under this one back. A row that is hidden or erased stays so; one that the
   * survivor says is hidden becomes so.
   */
  revive(tenant: string, epoch: number, survivors: readonly Survivor[]): Promise<number>;
  /** After a revival: the epoch is current, every earlier one is retired with whatever is left under it. */
  reinstate(tenant: string, epoch: number, at: Date): Promise<void>;
  /** Living rows whose roots are gone: they open for nobody, and no tombstone says why. */
  countLost(tenant: string): Promise<number>;
  /** Runs alone among all processes; undefined where another one is at it. */
  exclusively<T>(tenant: string, run: () => Promise<T>): Promise<T | undefined>;
}

/** What a survivors file begins with: enough to open the epoch again in a database that has never seen it. */
export interface SurvivorsHead {
  readonly tenant: string;
  readonly epoch: number;
  readonly kmsKeyId: string;
  readonly openedAt: Date;
  readonly roots: readonly Pick<RootRow, 'purpose' | 'wrapped'>[];
}

/**
 * The newest survivors of each tenant, kept outside the database. A file appears whole or not at all; what is read back
 * has been checked to its end first. Throws LetheError `survivors-damaged`.
 */
export interface SurvivorsFiles {
  /** Durable when it resolves; earlier epochs' files of the tenant are gone then. Answers with the number of keys. */
  write(head: SurvivorsHead, pages: AsyncIterable<readonly Survivor[]>): Promise<number>;
  /** Those of a tenant whose keys are all destroyed; done again, nothing. */
  remove(tenant: string): Promise<void>;
  /** The newest of each tenant. */
  list(): Promise<{ readonly tenant: string; readonly epoch: number }[]>;
  read(tenant: string, epoch: number): Promise<SurvivorsContents>;
}

export interface SurvivorsContents {
  readonly head: SurvivorsHead;
  readonly pages: AsyncIterable<readonly Survivor[]>;
}

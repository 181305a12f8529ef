import type { AccountState } from '../rules/account-state.ts';

/** An account, by tenant and inside reference. */
export interface AccountName {
  readonly tenant: string;
  readonly subject: string;
}

export interface KeptAccount extends AccountName {
  readonly state: AccountState;
}

/** What has changed between two positions of the log. */
export interface RuleSnapshot {
  readonly from: number;
  readonly position: number;
  readonly accounts: readonly KeptAccount[];
  readonly erased: readonly AccountName[];
  /** Tenants that are erased, with all their accounts. */
  readonly ended: readonly string[];
}

/** What the rules remember, always as of one position of the log: a snapshot is saved as a whole or not at all. */
export interface RuleSnapshots {
  /**
   * Position of the snapshot; 0 before the first, and where what is remembered has another shape by now: it is gone then.
   * Throws `rules-moved` where a newer version of this software has saved.
   */
  position(): Promise<number>;
  /**
   * Those of the accounts of which something is remembered, as of that position. Throws `rules-moved` where another process
   * has saved since: what it remembers is ahead of the caller.
   */
  load(names: readonly AccountName[], position: number): Promise<KeptAccount[]>;
  /** Durable when it resolves. Throws `rules-moved`, and changes nothing, where another process has saved since `from`. */
  save(snapshot: RuleSnapshot): Promise<void>;
}

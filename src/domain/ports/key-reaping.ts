import type { Scope } from './key-store.ts';

/** A key row by its name. */
export interface KeyName {
  readonly tenant: string;
  readonly scope: Scope;
}

/**
 * Removes key rows whose event never came, in two steps a grace apart. Guarantees:
 * - `readDataKeys` and `insertDataKeys` acquit a condemned row that they answer with: it waits for its event anew.
 * - `reap` removes a row only while it is condemned since before the given time, in one step with that check.
 *   A hidden or erased row stays.
 * So a row that anybody has taken up since it was condemned is not reaped, and whoever took it up before has had the grace
 * to append.
 */
export interface KeyReaping {
  /** By the clock that `madeAt` and condemnations are told by, so long ago. */
  before(graceMs: number): Promise<Date>;
  condemn(name: KeyName): Promise<void>;
  acquit(name: KeyName): Promise<void>;
  /** Rows condemned before, oldest first. */
  condemned(before: Date, limit: number): Promise<KeyName[]>;
  /** Whether the row was removed. */
  reap(name: KeyName, condemnedBefore: Date): Promise<boolean>;
}

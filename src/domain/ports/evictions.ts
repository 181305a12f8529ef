import type { Scope } from './key-store.ts';

/**
 * Tells all processes of a cell, the own included, which keys to forget. A hint, and quick: one that is lost on the way
 * costs no more than the life of a cached key, and whoever opens anything reads the fence first.
 */
export interface Evictions {
  tell(tenant: string, scopes: readonly Scope[]): void;
}

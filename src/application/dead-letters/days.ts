import type { Scope } from '../../domain/ports/key-store.ts';

/** Begins the scope of every key that seals dead letters; behind it stands the day, UTC. */
export const DEAD_LETTER_SCOPES = 'dead-letters/';

/** The scope of the letters of a day: one key for all of them, so that it ends with them. */
export const dayScope = (at: Date): Scope => `${DEAD_LETTER_SCOPES}${at.toISOString().slice(0, 10)}`;

const DAY_MS = 86_400_000;

/** Whether every letter of a scope has had its time: the last came at the end of the day. */
export function hasEnded(scope: Scope, now: Date, lifeMs: number): boolean {
  const began = Date.parse(scope.slice(DEAD_LETTER_SCOPES.length));
  return began + DAY_MS + lifeMs <= now.getTime();
}

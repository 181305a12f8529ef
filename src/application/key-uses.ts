import type { Clock } from '../domain/ports/clock.ts';
import type { CredentialStore } from '../domain/ports/credentials.ts';

/** When API keys were last of use: noted in memory as requests come, and stored from time to time. */
export interface KeyUses {
  note(id: string): void;
  /** Stores what was noted since the last time. What a crash takes with it is at most one interval's. */
  flush(): Promise<void>;
}

export function createKeyUses({
  store,
  clock,
}: {
  readonly store: Pick<CredentialStore, 'noteUses'>;
  readonly clock: Clock;
}): KeyUses {
  let noted = new Map<string, Date>();
  return {
    note: id => void noted.set(id, clock.now()),
    flush: async () => {
      if (noted.size === 0) return;
      const uses = noted;
      noted = new Map();
      try {
        await store.noteUses(uses);
      } catch (error) {
        // What was noted meanwhile is later, and stands.
        noted = new Map([...uses, ...noted]);
        throw error;
      }
    },
  };
}

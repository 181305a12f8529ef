import type { AccountState } from '../../domain/rules/account-state.ts';

/** Of accounts' states in memory after a save, bytes. */
const MOST_BYTES = 64 * 1024 * 1024;
/** What the parts of a state take, roughly. */
const BYTES = { account: 500, bucket: 100, recent: 16, asset: 60 };
/** An event adds at most a bucket a scale, an asset to what was made lately and one to what a signal would rest on. */
const GROWTH = 3 * BYTES.bucket + BYTES.recent + BYTES.asset;

/** States of accounts by key, and whether they are too many: accounts differ a hundredfold in what is remembered of them. */
export interface StatesInMemory {
  has(key: string): boolean;
  get(key: string): AccountState | undefined;
  /** To be changed in place by one event. */
  change(key: string): AccountState | undefined;
  set(key: string, state: AccountState): void;
  /** Whether they take more than is kept over a save. */
  isFull(): boolean;
  clear(): void;
}

const lengths = (lists: Readonly<Record<string, readonly unknown[]>>): number =>
  Object.values(lists).reduce((sum, { length }) => sum + length, 0);

const bytesOf = ({ counts, recent, assets }: AccountState): number =>
  BYTES.account +
  BYTES.bucket * lengths(counts) +
  BYTES.recent * recent.at.length +
  BYTES.asset * lengths(assets);

export function createStatesInMemory(): StatesInMemory {
  const states = new Map<string, AccountState>();
  /** At least as much as they take: counted anew when it seems too much. */
  let bytes = 0;
  return {
    has: key => states.has(key),
    get: key => states.get(key),
    change: key => {
      bytes += GROWTH;
      return states.get(key);
    },
    set: (key, state) => {
      states.set(key, state);
      bytes += bytesOf(state);
    },
    isFull: () => {
      if (bytes <= MOST_BYTES) return false;
      bytes = states.values().reduce((sum, state) => sum + bytesOf(state), 0);
      return bytes > MOST_BYTES;
    },
    clear: () => {
      states.clear();
      bytes = 0;
    },
  };
}

import type { AccountName, KeptAccount, RuleSnapshot } from '../../domain/ports/rule-snapshots.ts';
import { newAccount, type AccountState } from '../../domain/rules/account-state.ts';
import { createStatesInMemory } from './states-in-memory.ts';

const keyOf = ({ tenant, subject }: AccountName): string => `${tenant}/${subject}`;

/** The accounts that the rules are at work on: read when first needed, changed in memory, saved together. */
export interface RuleAccounts {
  /** Accounts that have changed since the last save. */
  readonly changed: number;
  /** Whether more is in memory than is kept over a save. */
  readonly isFull: boolean;
  /** Makes the accounts' states at hand. */
  load(names: readonly AccountName[]): Promise<void>;
  /** The state to change in place: the account counts as changed. It has to be loaded. */
  change(name: AccountName): AccountState;
  /** Everything about the account goes. */
  erase(name: AccountName): void;
  /** Everything about all accounts of the tenant goes; until the next save nothing of it comes back. */
  end(tenant: string): void;
  /** What has changed, to be saved. */
  changes(): Pick<RuleSnapshot, 'accounts' | 'erased' | 'ended'>;
  /** What has changed is saved now. Where too many are in memory they all go, to be read again when needed. */
  saved(): void;
  /** Forgets all that is in memory, saved or not. */
  drop(): void;
}

/** `load` answers with those of the accounts of which something is remembered. */
export function createRuleAccounts({
  load,
}: {
  readonly load: (names: readonly AccountName[]) => Promise<readonly KeptAccount[]>;
}): RuleAccounts {
  const states = createStatesInMemory();
  const changed = new Map<string, AccountName>();
  const erased = new Map<string, AccountName>();
  const ended = new Set<string>();

  return {
    get changed() {
      return changed.size + erased.size + ended.size;
    },
    get isFull() {
      return states.isFull();
    },
    load: async names => {
      const missing = new Map(
        names.map(name => [keyOf(name), name] as const).filter(([key]) => !states.has(key)),
      );
      if (missing.size === 0) return;
      for (const { state, ...name } of await load([...missing.values()])) states.set(keyOf(name), state);
      for (const key of missing.keys()) if (!states.has(key)) states.set(key, newAccount());
    },
    change: name => {
      const key = keyOf(name);
      const state = states.change(key);
      if (state === undefined) throw new Error('the account is not loaded');
      // A state is written as a whole, over what is left of an account that was erased before.
      erased.delete(key);
      changed.set(key, name);
      return state;
    },
    erase: name => {
      const key = keyOf(name);
      states.set(key, newAccount());
      changed.delete(key);
      erased.set(key, name);
    },
    end: tenant => {
      ended.add(tenant);
    },
    changes: () => ({
      accounts: [...changed].flatMap(([key, name]) => {
        const state = states.get(key);
        return state === undefined || ended.has(name.tenant) ? [] : [{ ...name, state }];
      }),
      erased: [...erased.values()],
      ended: [...ended],
    }),
    saved: () => {
      const isToForget = ended.size > 0 || states.isFull();
      for (const kept of [changed, erased, ended]) kept.clear();
      if (isToForget) states.clear();
    },
    drop: () => {
      for (const kept of [states, changed, erased, ended]) kept.clear();
    },
  };
}

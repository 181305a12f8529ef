import type { Decider } from '../decider.ts';
import type { EventData } from '../events/catalogue.ts';
import { decideSubject } from './decide.ts';
import { evolveSubject } from './evolve.ts';

export interface Account {
  readonly registeredAt: Date | undefined;
  readonly blocked: EventData<'account.blocked'>['ground'] | undefined;
  /** What the user last said of training, if anything (promise 24). */
  readonly training: 'opted-in' | 'opted-out' | undefined;
  /** Kinds of processing objected to (promise 31). */
  readonly objections: readonly string[];
}

export type SubjectState =
  /** A user is known once the directory holds a reference, with or without account.registered. */
  | (Account & { readonly status: 'active' })
  | (Account & {
      readonly status: 'deletion-requested';
      readonly request: string;
      readonly cause: EventData<'account.deletion-requested'>['cause'];
      readonly requestedAt: Date;
    })
  | {
      readonly status: 'erased';
      readonly request: string;
      readonly erasedAt: Date;
      readonly certificate: string;
    };

export interface RequestAccountDeletion {
  readonly kind: 'request-account-deletion';
  readonly request: string;
  readonly cause: EventData<'account.deletion-requested'>['cause'];
  readonly at: Date;
}

export interface EraseAccount {
  readonly kind: 'erase-account';
  /** Assets of the subject that are not erased yet. */
  readonly assetsLeft: number;
  /** Whether a hold preserves the subject. */
  readonly held: boolean;
  /** Keys of profile and directory entry that were destroyed. */
  readonly keys: readonly string[];
  readonly certificate: string;
  readonly at: Date;
}

export type SubjectCommand = RequestAccountDeletion | EraseAccount;

/**
 * Stream of one user. Asking twice for a deletion is no event: the first request stands. Throws `account-deleted`,
 * `account-deletion-not-requested`, `account-held` and `account-has-assets`.
 */
export const subjectDecider: Decider<SubjectState, SubjectCommand> = {
  initial: {
    status: 'active',
    registeredAt: undefined,
    blocked: undefined,
    training: undefined,
    objections: [],
  },
  decide: decideSubject,
  evolve: evolveSubject,
};

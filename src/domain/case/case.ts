import type { Decider } from '../decider.ts';
import type { EventData } from '../events/catalogue.ts';
import { decideCase } from './decide.ts';
import { evolveCase } from './evolve.ts';

/** What somebody asked to see, and why. */
export interface AccessFacts extends Pick<
  EventData<'access.requested'>,
  'request' | 'asset' | 'parts' | 'reason' | 'duration'
> {
  /** Credential that asked. */
  readonly by: string;
}

export interface AccessGrant extends AccessFacts {
  readonly status: 'approved';
  readonly approver: string;
  readonly expiresAt: Date;
}

export type AccessRequest =
  | (AccessFacts & { readonly status: 'requested' })
  | AccessGrant
  /** Declined, given back, or ended with its case. */
  | (AccessFacts & { readonly status: 'closed' });

/** Users and assets that a case points at. */
export interface CaseLinks {
  readonly assets: ReadonlySet<string>;
  readonly subjects: ReadonlySet<string>;
}

export interface CaseFacts extends CaseLinks {
  readonly case: string;
  readonly assignee: string | undefined;
  readonly requests: ReadonlyMap<string, AccessRequest>;
  /** Notes and entity links that have not expired, each with what was linked when it was written: it lives as long as that. */
  readonly entries: ReadonlyMap<string, CaseLinks>;
}

export type CaseState =
  | { readonly status: 'unknown' }
  | (CaseFacts & { readonly status: 'open' })
  | (CaseFacts & { readonly status: 'decided' });

export type OpenCase = Extract<CaseState, { status: 'open' }>;
export type KnownCase = Exclude<CaseState, { status: 'unknown' }>;

export interface OpenTheCase {
  readonly kind: 'open';
  readonly opened: EventData<'case.opened'>;
}

export interface AssignCase {
  readonly kind: 'assign';
  readonly assignee: string;
}

export interface LinkToCase {
  readonly kind: 'link';
  readonly subjects?: readonly string[] | undefined;
  readonly assets?: readonly string[] | undefined;
  /** Id of what is sealed beside it: entity references. */
  readonly entry?: string | undefined;
}

export interface NoteInCase {
  readonly kind: 'note';
  readonly note: string;
}

export interface DecideCase {
  readonly kind: 'decide';
  readonly verdict: Omit<EventData<'case.decided'>, 'case'>;
}

export interface ReopenCase {
  readonly kind: 'reopen';
}

export interface ExpireEntries {
  readonly kind: 'expire-entries';
  readonly entries: readonly string[];
  readonly keys: readonly string[];
  readonly erasedAt: Date;
}

export interface RequestAccess {
  readonly kind: 'request-access';
  readonly wanted: AccessFacts;
}

export interface ApproveAccess {
  readonly kind: 'approve-access';
  readonly request: string;
  /** Credential that approves. */
  readonly by: string;
  readonly at: Date;
}

export interface CloseAccess {
  readonly kind: 'close-access';
  readonly request: string;
}

export interface Reveal {
  readonly kind: 'reveal';
  readonly request: string;
  readonly by: string;
  readonly at: Date;
}

export type CaseCommand =
  | OpenTheCase
  | AssignCase
  | LinkToCase
  | NoteInCase
  | DecideCase
  | ReopenCase
  | ExpireEntries
  | RequestAccess
  | ApproveAccess
  | CloseAccess
  | Reveal;

/**
 * Stream `case/<id>`: an investigator's file, and the only door to content that is not one's own (promises 25, 39).
 * Append with the revision that the state was read at: an opening and the end of its case have an order. Throws
 * `case-not-found`, `case-closed`, `case-open`, `case-full`, `asset-not-linked`, `ground-missing`,
 * `decision-without-subject`, `own-approval`, `access-request-not-found`, `access-not-pending`, `access-not-approved`,
 * `access-of-another`, `access-expired`, `access-ended`.
 */
export const caseDecider: Decider<CaseState, CaseCommand> = {
  initial: { status: 'unknown' },
  decide: decideCase,
  evolve: evolveCase,
};

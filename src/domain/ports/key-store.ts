import type { EpochRow, NewEpoch } from './epoch-store.ts';

/**
 * What a data key protects. `asset/…`, `subject/…` (profile and directory entry), `case/…/…` (a note or entity link),
 * `dead-letters/…` (what was refused on a day) or `tenant/lookup` (HMAC tokens).
 */
export type Scope = string;
export const assetScope = (asset: string): Scope => `asset/${asset}`;
export const subjectScope = (subject: string): Scope => `subject/${subject}`;
/** One note or entity link of a case: a key of its own, since each ends with what it is about. */
export const caseEntryScope = (id: string, entry: string): Scope => `case/${id}/${entry}`;
export const LOOKUP_SCOPE: Scope = 'tenant/lookup';

export type Purpose = 'serving' | 'safety';

/**
 * live: opens for both purposes · hidden: only for safety · erased: the tombstone, no key is ever made again ·
 * unstored: the call asked for `store: false`, no key was ever made and none may be.
 */
export type KeyState = 'live' | 'hidden' | 'erased' | 'unstored';

export interface DataKeyRow {
  readonly tenant: string;
  readonly scope: Scope;
  readonly keyId: string;
  readonly epoch: number;
  /** The subject that an asset belongs to; null where the scope is not an asset. */
  readonly subject: string | null;
  readonly state: KeyState;
  readonly safety: Buffer | null;
  readonly serving: Buffer | null;
  /** When the scope came to be, by the reporter's time: the start of the retention window. */
  readonly createdAt: Date;
  readonly hiddenAt: Date | null;
  readonly erasedAt: Date | null;
}

export interface RootRow {
  readonly tenant: string;
  readonly epoch: number;
  readonly purpose: Purpose;
  readonly kmsKeyId: string;
  readonly wrapped: Buffer;
}

/** A user by reference, with the state of the user's own key: not live once the account is deleted. */
export interface FoundSubject {
  readonly subject: string;
  readonly state: KeyState;
}

export interface SubjectRow {
  readonly tenant: string;
  /** HMAC of the tenant's own subject id under the tenant's look-up key. */
  readonly token: Buffer;
  readonly subject: string;
  /** The tenant's own id, sealed under the subject's data key. */
  readonly sealedId: Buffer;
}

/** The state of one scope, without its keys. */
export interface Fence {
  readonly scope: Scope;
  readonly state: KeyState;
}

/**
 * Durable rows of wrapped keys. The one store that cannot be rebuilt from the log. Guarantees:
 * - `insertDataKeys` keeps the first row of a scope and answers with the row that stands for each asked scope,
 *   tombstones included, so that racing writers agree on one key and an erased scope stays erased. It inserts nothing
 *   and throws LetheError `epoch-closed` where a new row's epoch takes no keys any more.
 * - `hide` and `erase` are durable when they resolve, idempotent, and only ever move live → hidden → erased
 *   (unstored → erased too).
 * - `erase` nulls both wraps and keeps the row as the tombstone. It answers with every asked scope that exists.
 */
export interface KeyStore {
  insertRoot(row: RootRow): Promise<RootRow>;
  readRoot(tenant: string, epoch: number, purpose: Purpose): Promise<RootRow | undefined>;
  /** Keeps the row that stands, and answers with it. */
  insertEpoch(row: NewEpoch): Promise<EpochRow>;
  /** The epoch that new data keys go under. */
  currentEpoch(tenant: string): Promise<number | undefined>;

  insertDataKeys(rows: readonly DataKeyRow[]): Promise<DataKeyRow[]>;
  /** Rows of the asked scopes, in no particular order; a scope never seen is absent. */
  readDataKeys(tenant: string, scopes: readonly Scope[]): Promise<DataKeyRow[]>;
  /** Of the asked scopes those that are not live, without their keys: mostly none. */
  readClosed(tenant: string, scopes: readonly Scope[]): Promise<Fence[]>;
  hide(tenant: string, scopes: readonly Scope[], at: Date): Promise<void>;
  erase(tenant: string, scopes: readonly Scope[], at: Date): Promise<DataKeyRow[]>;

  insertSubjects(rows: readonly SubjectRow[]): Promise<SubjectRow[]>;
  /** Who is behind each token, undefined where nobody is; in the order of the tokens. */
  findSubjects(tenant: string, tokens: readonly Buffer[]): Promise<(FoundSubject | undefined)[]>;
  readSubject(tenant: string, subject: string): Promise<SubjectRow | undefined>;
  /** Removes the link between the outside id and the inside reference. */
  deleteSubject(tenant: string, subject: string): Promise<void>;
}

import type { Decider } from '../decider.ts';
import type { DeletionCause } from '../events/erasure-events.ts';
import type { PiiAction } from '../events/pii-events.ts';
import type { EventData } from '../events/catalogue.ts';
import type { RetentionDates } from '../time/retention.ts';
import { decideAsset } from './decide.ts';
import { evolveAsset } from './evolve.ts';

/** What is done about personal data in the asset, until the flag is cleared. */
export interface PiiInForce {
  readonly action: PiiAction;
  readonly since: Date;
}

/** What stays true of an asset whatever becomes of it. */
export interface Provenance {
  readonly createdAt: Date;
  /** Inside reference of the user. */
  readonly subject: string | undefined;
  readonly parents: readonly string[];
  /** Stamped by the creating event; a later policy never changes it. */
  readonly retention: RetentionDates | undefined;
  readonly pii: PiiInForce | undefined;
  /** Whom it was shared with: they are told of an erasure. */
  readonly audiences: readonly EventData<'asset.shared'>['audience'][];
}

export interface VisibleAsset extends Provenance {
  readonly status: 'visible';
  /** Date of automatic deletion. */
  readonly eraseAt: Date | undefined;
}

export interface HiddenAsset extends Provenance {
  readonly status: 'hidden';
  readonly hiddenAt: Date;
  readonly request: string;
  readonly cause: DeletionCause;
  readonly eraseAt: Date;
}

export interface ErasedAsset extends Provenance {
  readonly status: 'erased';
  readonly erasedAt: Date;
  /** When it was due. */
  readonly eraseAt: Date;
  readonly request: string | undefined;
  readonly cause: DeletionCause;
  readonly keys: readonly string[];
  readonly certificate: string | undefined;
}

export type AssetState =
  /** A PII finding may be recorded before the upload that it is about. */
  | { readonly status: 'unknown'; readonly pii: PiiInForce | undefined }
  | VisibleAsset
  | HiddenAsset
  | ErasedAsset;

export interface RequestDeletion {
  readonly kind: 'request-deletion';
  /** Id for the request, if it becomes one. */
  readonly request: string;
  readonly cause: DeletionCause;
  readonly at: Date;
}

export interface FlagPii {
  readonly kind: 'flag-pii';
  readonly flag: EventData<'pii.flagged'>;
  /** What the policy in force says to do. */
  readonly action: PiiAction;
  /** Id for the deletion request, if the policy's action is to delete. */
  readonly request: string;
  readonly at: Date;
}

export interface EraseAsset {
  readonly kind: 'erase';
  readonly batch: string;
  /** Data keys that were destroyed; none for an asset that was never stored. */
  readonly keys: readonly string[];
  readonly epoch?: number;
  /** The time of erasing: the earlier of the clock's and the log's own. */
  readonly at: Date;
}

export interface CertifyErasure {
  readonly kind: 'certify-erasure';
  readonly certificate: string;
  /** Log position of the asset.erased event. */
  readonly position: number;
}

export type AssetCommand = RequestDeletion | FlagPii | EraseAsset | CertifyErasure;

/**
 * Stream `asset/<id>`. A second deletion request, erasure or certificate is no event: the caller answers with
 * what the state says of the first. Throws `asset-not-found`, `asset-erased`, `asset-not-erased`,
 * `erasure-too-early` and `asset-retention-missing`.
 */
export const assetDecider: Decider<AssetState, AssetCommand> = {
  initial: { status: 'unknown', pii: undefined },
  decide: decideAsset,
  evolve: evolveAsset,
};

import type { AssetErasure } from '../../domain/erasure/asset-erasure.ts';
import type { DeletionCause } from '../../domain/events/erasure-events.ts';

/** A deletion request with everything that became of it. */
export interface ErasureFacts {
  readonly request: string;
  readonly scope: 'asset' | 'account';
  readonly subject: string | null;
  readonly cause: DeletionCause | null;
  readonly state: 'requested' | 'hidden' | 'held' | 'erased' | 'beyond-backup';
  readonly requestedAt: Date;
  readonly hiddenAt: Date | null;
  readonly eraseAt: Date | null;
  readonly erasedAt: Date | null;
  /** From then on no backup brings the keys back. */
  readonly horizonAt: Date | null;
  readonly certificate: string | null;
  /** Log positions of the request and of the event that ended it. */
  readonly position: number;
  readonly erasedPosition: number | null;
  readonly assets: readonly AssetErasure[];
}

export interface ErasureLedger {
  /** Undefined where there is no such request. */
  facts(tenant: string, request: string): Promise<ErasureFacts | undefined>;
}

import type { DeletionCause } from '../domain/events/erasure-events.ts';

export interface DueAsset {
  readonly tenant: string;
  readonly asset: string;
  readonly subject: string | null;
  readonly eraseAt: Date;
  readonly cause: DeletionCause;
  readonly request: string | null;
}

export interface UnerasedAsset {
  readonly asset: string;
  readonly status: 'visible' | 'hidden';
}

export interface OpenAccountDeletion {
  readonly tenant: string;
  readonly subject: string;
  readonly request: string;
  readonly requestedAt: Date;
  /** Of the request in the log. */
  readonly position: number;
}

export interface OpenDataRequest {
  readonly tenant: string;
  readonly dsr: string;
  readonly dueBy: Date;
}

/**
 * What use cases ask of the views. A view may lag behind the log: it can only make an erasure later, never earlier,
 * and what must be exact (holds, fences, an asset's own state) is read from the log and the key store instead.
 */
export interface ViewIndex {
  /** Assets whose date has come, oldest first, over all tenants; the page behind `after`. */
  dueAssets(before: Date, limit: number, after?: DueAsset): Promise<DueAsset[]>;
  /** Tenants with an erasure that has begun and is not completed, as after a crash. */
  tenantsWithOpenBatches(): Promise<string[]>;
  /** The subject's assets that are not erased, in pages by id. */
  unerasedAssets(
    tenant: string,
    subject: string,
    after: string | undefined,
    limit: number,
  ): Promise<UnerasedAsset[]>;
  /** The latest date at which any of the subject's assets could be erased after a deletion now. */
  latestWindowEnd(tenant: string, subject: string): Promise<Date | undefined>;
  /** Assets made, directly or through others, from this one. */
  descendants(tenant: string, asset: string): Promise<string[]>;
  /** Those of the assets from which something was made. */
  parentsAmong(tenant: string, assets: readonly string[]): Promise<string[]>;
  /** Account deletions that are not complete, oldest first; the page behind `after`. */
  openAccountDeletions(limit: number, after?: OpenAccountDeletion): Promise<OpenAccountDeletion[]>;
  /** Erasures past their date and SLA that no hold covers, over all tenants. */
  countOverdue(): Promise<number>;
  tenantsWithExpiredHolds(): Promise<string[]>;
  /** When the oldest erasure took place that is not yet beyond backup; undefined where all are. */
  oldestBeforeHorizon(): Promise<Date | undefined>;
  /** When the last minimum window of the tenant's assets ends; undefined where nothing is kept. */
  latestTenantWindow(tenant: string): Promise<Date | undefined>;
  /** Requests of people that Lethe itself has to carry on, those due first; the page behind `after`. */
  openDataRequests(limit: number, after?: OpenDataRequest): Promise<OpenDataRequest[]>;
  /** Requests of people past their date, over all tenants. */
  countOverdueDataRequests(): Promise<number>;
  /** Tenants whose offboarding is confirmed and not complete. */
  tenantsBeingOffboarded(): Promise<string[]>;
  /** Resolves when the views have applied everything up to the position; rejects with `view-behind` after the time. */
  reached(position: number, timeoutMs: number): Promise<void>;
}

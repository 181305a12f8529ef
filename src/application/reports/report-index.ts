import type { ReportKind } from '../../domain/report/kinds.ts';

/** A report as the view knows it. */
export interface ReportRecord {
  readonly tenant: string;
  readonly report: string;
  readonly kind: ReportKind;
  /** Inside reference of the user whom it is about. */
  readonly subject: string | null;
  /** The deletion request that it is about. */
  readonly request: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
  /** outdated: content in it was deleted since it was built. */
  readonly state: 'requested' | 'issued' | 'outdated' | 'failed' | 'expired';
  readonly requestedAt: Date;
  readonly position: number;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly events: number | null;
  readonly size: number | null;
  readonly asOf: number | null;
  readonly issuedAt: Date | null;
  readonly expiresAt: Date | null;
  readonly reason: string | null;
}

export interface ReportQuery {
  readonly kinds: readonly ReportKind[];
  readonly subject: string | undefined;
  readonly cursor: number | undefined;
  readonly limit: number;
}

/** What the reports' use case asks of their view. */
export interface ReportIndex {
  find(tenant: string, report: string): Promise<ReportRecord | undefined>;
  list(tenant: string, query: ReportQuery): Promise<ReportRecord[]>;
  /** How many wait to be built: of the tenant, and those about the user among them. */
  waiting(
    tenant: string,
    subject: string | undefined,
  ): Promise<{ readonly tenant: number; readonly user: number }>;
  /** Of all tenants: first the oldest of each tenant and user, then the next of each. */
  requested(limit: number): Promise<ReportRecord[]>;
  /** Of all tenants: those whose key has to be destroyed now. */
  ending(now: Date, limit: number): Promise<ReportRecord[]>;
  /** The named deletion request, or else the user's newest one; `erased`: of those that are carried out. */
  findDeletion(
    tenant: string,
    wanted: {
      readonly subject: string | undefined;
      readonly request: string | undefined;
      readonly erased: boolean;
    },
  ): Promise<FoundDeletion | undefined>;
}

export interface FoundDeletion {
  readonly request: string;
  readonly subject: string | null;
}

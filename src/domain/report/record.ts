import type { ReportKind } from './kinds.ts';

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
  /** Size of the tree that its checkpoint signs. */
  readonly size: number | null;
  readonly asOf: number | null;
  readonly issuedAt: Date | null;
  readonly expiresAt: Date | null;
  /** Why it failed or ended. */
  readonly reason: string | null;
}

export interface ReportQuery {
  readonly kinds: readonly ReportKind[];
  /** Only those about this user. */
  readonly subject: string | undefined;
  /** `position` of the last report of the page before. */
  readonly cursor: number | undefined;
  readonly limit: number;
}

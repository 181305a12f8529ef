import type { ReportQuery, ReportRecord } from '../../domain/report/record.ts';

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

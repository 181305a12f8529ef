import type { z } from 'zod';
import type { Certificates } from '../../application/certificates/certificates.ts';
import type { ContentSource } from '../../application/reports/content-source.ts';
import type { LogProofs, SignedCheckpoint } from '../../application/reports/log-proofs.ts';
import type { TenantInfo } from '../../application/tenants.ts';
import type { ReportDocument, Section } from '../../documents/report-document.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import type { ReportKind } from '../../domain/report/kinds.ts';
import type { ReportRecord } from '../../domain/report/record.ts';
import type { Db } from '../../projections/runner/view.ts';
import type { Pages } from './paging.ts';

/** Rows that go into the bundle as NDJSON and CSV, with the JSON Schema of a row. */
export interface Dataset {
  /** kebab-case: the files are data/<name>.ndjson, data/<name>.csv and schemas/<name>.schema.json. */
  readonly name: string;
  readonly row: z.ZodObject;
  /** In batches; asked for once a file. */
  readonly rows: () => Pages<object>;
}

/** What a kind of report makes of what it finds. */
export interface ReportPlan {
  readonly summary: ReportDocument['summary'];
  readonly sections: readonly Section[];
  readonly datasets: readonly Dataset[];
  /** The stand-alone proof that certificates and receipts have. */
  readonly standalone?: { readonly path: 'certificate.json' | 'receipt.json'; readonly value: unknown };
  /** Kinds proven event by event: log positions of what they rest on, at or before `asOf`, in any order. */
  readonly evidence?: () => Pages<number>;
}

/** What a kind has to work with. */
export interface ReportContext {
  readonly tenant: TenantInfo;
  readonly report: ReportRecord;
  /** A snapshot of the views, as the tenant's reader. */
  readonly db: Db;
  /** The last of the tenant's log positions that the report knows of, and the time of the build. */
  readonly asOf: { readonly position: number; readonly at: Date };
  readonly period: { readonly from: Date | undefined; readonly to: Date | undefined };
  /** Leaves of the period: [from, to). */
  readonly leaves: { readonly from: number; readonly to: number };
  readonly checkpoint: SignedCheckpoint;
  readonly sources: ReportSources;
}

export interface ReportSources {
  readonly log: Pick<EventLog, 'readStream' | 'readAt'>;
  readonly proofs: LogProofs;
  readonly content: ContentSource;
  readonly certificates: Certificates;
}

export type PlanReport = (context: ReportContext) => Promise<ReportPlan>;
export type ReportKinds = Readonly<Record<ReportKind, PlanReport>>;

import type { Buffer } from 'node:buffer';
import type { Actor } from '../../domain/events/envelope.ts';
import { LetheError } from '../../domain/errors.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import type { ReportKind } from '../../domain/report/kinds.ts';
import type { ReportQuery, ReportRecord } from '../../domain/report/record.ts';
import { caughtUp } from '../caught-up.ts';
import type { Surroundings } from '../context.ts';
import type { ViewIndex } from '../ports.ts';
import { LETHE_SOURCE, type Draft, type Recorder } from '../recorder.ts';
import type { ReportStanding } from '../report-requests.ts';
import { stampOf, type Tenants } from '../tenants.ts';
import { checkOrder } from './check-order.ts';
import type { Progress, ReportProgress } from './progress.ts';
import type { ReportIndex } from './report-index.ts';
import { requireServable } from './servable.ts';
import type { SealedExports } from './sealed-exports.ts';

export interface ReportOrder {
  /** The id that it is to have; asked for again under the same id, it is one report. A new one without it. */
  readonly report?: string | undefined;
  readonly kind: ReportKind;
  /** The period: from `from` on, before `to`. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Inside reference of the user whom it is about. */
  readonly subject?: string | undefined;
  /** The deletion request that a receipt or certificate is of; the user's newest one where none is named. */
  readonly request?: string | undefined;
}

export type ReportState = ReportRecord & { readonly progress: Progress | undefined };

/** What is limited to one user's own reports, or to kinds. Outside of it a report does not exist. */
export interface Sight {
  readonly kinds: readonly ReportKind[];
  readonly subject: string | undefined;
}

/** For whoever needs a report made: rights of the subject, offboarding. */
export interface ReportRequests {
  /** Throws `report-subject-required`, `report-subject-refused`, `report-period-invalid`, `deletion-request-not-found`, `too-many-reports`. */
  request(
    tenant: string,
    order: ReportOrder,
    actor: Actor,
  ): Promise<{ readonly report: string; readonly position: number }>;
}

export interface ReportDownload {
  readonly kind: ReportKind;
  readonly bytes: number;
  /** SHA-256 of the bundle, hexadecimal. */
  readonly sha256: string;
  readonly stream: AsyncIterable<Buffer>;
}

export interface Reports extends ReportRequests {
  /** Whether a report that somebody waits for has come to be; what ended after it was issued counts as issued. */
  standing(tenant: string, report: string): Promise<ReportStanding>;
  /** Throws `report-not-found`, also for what the caller may not see. */
  state(tenant: string, report: string, sight: Sight): Promise<ReportState>;
  list(tenant: string, query: ReportQuery): Promise<ReportState[]>;
  /**
   * The bundle, recorded as downloaded before the first byte. Throws `report-not-found`, `report-not-ready`,
   * `report-failed`, `report-expired`, `report-outdated`.
   */
  download(tenant: string, report: string, sight: Sight, actor: Actor): Promise<ReportDownload>;
  /** Destroys the key and removes the file before their time. Throws `report-not-found`, `-expired`, `-not-ready`. */
  withdraw(
    tenant: string,
    report: string,
    sight: Sight,
    actor: Actor,
  ): Promise<{ readonly position: number }>;
}

interface Deps extends Surroundings {
  readonly log: Pick<EventLog, 'head'>;
  readonly recorder: Recorder;
  readonly tenants: Tenants;
  readonly views: Pick<ViewIndex, 'reached'>;
  readonly index: ReportIndex;
  readonly exports: SealedExports;
  readonly progress: Pick<ReportProgress, 'of'>;
}

export function createReports(deps: Deps): Reports {
  const { recorder, tenants, index, exports, progress, clock, random } = deps;

  const withProgress = (record: ReportRecord): ReportState => ({
    ...record,
    progress: record.state === 'requested' ? progress.of(record.report) : undefined,
  });

  /** The views are waited for: whoever asked just now finds it, and a deletion just accepted counts. */
  const settled = async (tenant: string): Promise<void> => {
    await tenants.get(tenant);
    await caughtUp(deps);
  };

  const find = async (tenant: string, report: string, { kinds, subject }: Sight): Promise<ReportRecord> => {
    await settled(tenant);
    const found = await index.find(tenant, report);
    const seen = found !== undefined && kinds.includes(found.kind);
    if (!seen || (subject !== undefined && found.subject !== subject)) {
      throw new LetheError('report-not-found', 'no such report');
    }
    return found;
  };

  const record = async (tenant: string, draft: Draft): Promise<{ readonly position: number }> => {
    const [position = 0] = await recorder.record(stampOf(await tenants.get(tenant)), [draft]);
    return { position };
  };

  const request: Reports['request'] = async (tenant, order, actor) => {
    const report = order.report ?? random.uuidv7();
    const { kind, from, to, subject, request: deletion } = await checkOrder(deps, tenant, order, actor);
    const data = {
      report,
      kind,
      ...periodOf(from, to),
      ...(deletion === undefined ? {} : { request: deletion }),
    };
    const recorded = await record(tenant, {
      type: 'report.requested',
      ...{ source: LETHE_SOURCE, sourceId: `${report} report.requested` },
      data,
      actor,
      time: clock.now(),
      subject,
    });
    return { report, ...recorded };
  };

  const download: Reports['download'] = async (tenant, report, sight, actor) => {
    const found = requireServable(await find(tenant, report, sight), clock.now());
    const stream = await exports.open(tenant, report);
    const subject = found.subject ?? undefined;
    await record(tenant, { type: 'report.downloaded', data: { report }, actor, time: clock.now(), subject });
    return { kind: found.kind, bytes: found.bytes, sha256: found.sha256, stream };
  };

  const withdraw: Reports['withdraw'] = async (tenant, report, sight, actor) => {
    const found = await find(tenant, report, sight);
    if (found.state === 'expired') throw new LetheError('report-expired', 'the report has ended already');
    // The worker that builds it would leave a file behind that nobody ends.
    if (found.state === 'requested') throw new LetheError('report-not-ready', 'the report is being built');
    await exports.destroy(tenant, report);
    const subject = found.subject ?? undefined;
    const data = { report, cause: 'withdrawn' } as const;
    return record(tenant, { type: 'report.expired', data, actor, time: clock.now(), subject });
  };

  const list: Reports['list'] = async (tenant, query) => {
    await settled(tenant);
    return (await index.list(tenant, query)).map(withProgress);
  };

  const state: Reports['state'] = async (tenant, report, sight) =>
    withProgress(await find(tenant, report, sight));

  const standing: Reports['standing'] = async (tenant, report) =>
    standingOf(await index.find(tenant, report));

  return { request, standing, state, list, download, withdraw };
}

const periodOf = (from: Date | undefined, to: Date | undefined) => ({
  ...(from === undefined ? {} : { from: from.toISOString() }),
  ...(to === undefined ? {} : { to: to.toISOString() }),
});

function standingOf(found: ReportRecord | undefined): ReportStanding {
  if (found === undefined) return { status: 'unknown' };
  const { state, sha256 } = found;
  if (state === 'failed') return { status: 'failed' };
  return sha256 === null ? { status: 'pending' } : { status: 'issued', sha256 };
}

import type { Buffer } from 'node:buffer';
import type { SignedCheckpoint } from '../../application/reports/log-proofs.ts';
import type { SealedExports, WrittenExport } from '../../application/reports/sealed-exports.ts';
import type { Tenants } from '../../application/tenants.ts';
import type { ViewIndex } from '../../application/ports.ts';
import { renderPdf } from '../../documents/pdf.ts';
import {
  BUNDLE_FORMAT,
  BUNDLE_PATHS,
  encodeManifest,
  manifestText,
  type BundleFile,
  type UnsignedManifest,
} from '../../domain/bundle/manifest.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { CONTENT_KINDS, KIND_TRAITS } from '../../domain/report/kinds.ts';
import type { ReportRecord } from '../../domain/report/record.ts';
import { lastPosition, positionsBetween } from '../../projections/audit-trail/positions.ts';
import type { Db } from '../../projections/runner/view.ts';
import { once } from './bundle/bytes.ts';
import { zipBundle } from './bundle/zip.ts';
import { documentOf } from './document.ts';
import { createEventCounter, dataParts, inclusionParts, rangeParts, type EventCounter } from './parts.ts';
import { createRowCheck, type RowCheck } from './row-check.ts';
import type { ReportContext, ReportKinds, ReportPlan, ReportSources } from './plan.ts';

export interface BuildDeps {
  readonly kinds: ReportKinds;
  readonly sources: ReportSources;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly log: Pick<EventLog, 'head'>;
  readonly views: Pick<ViewIndex, 'reached'>;
  readonly exports: Pick<SealedExports, 'write'>;
  readonly clock: Clock;
  /** Runs queries as the tenant's reader, all on one state of the views. */
  snapshot<T>(tenant: string, work: (db: Db) => Promise<T>): Promise<T>;
  onProgress(report: string, progress: { readonly done: number; readonly total: number }): void;
}

export interface BuiltReport extends WrittenExport {
  readonly events: number;
  /** Rows of data that were checked; absent where the kind is not for a machine to read (promise 30). */
  readonly rows?: number;
  readonly size: number;
  readonly asOf: number;
}

const WAIT_MS = 30_000;

/** Builds the bundle of a report and leaves it sealed. Done again after a kill, it replaces what was left half-written. */
export async function buildReport(deps: BuildDeps, report: ReportRecord): Promise<BuiltReport> {
  await deps.views.reached(await deps.log.head(), WAIT_MS);
  return deps.snapshot(report.tenant, async db => {
    const context = await contextOf(deps, report, db);
    const plan = await deps.kinds[report.kind](context);
    const total = context.leaves.to - context.leaves.from;
    const counter = createEventCounter(done =>
      deps.onProgress(report.report, { done, total: Math.max(total, done) }),
    );
    const check = CONTENT_KINDS.includes(report.kind) ? createRowCheck() : undefined;
    const bundle = await bundleOf(context, plan, counter, check);
    const written = await deps.exports.write(report.tenant, report.report, bundle);
    const { asOf, checkpoint } = context;
    const counted = { events: counter.events, ...(check === undefined ? {} : { rows: check.rows }) };
    return { ...written, ...counted, size: checkpoint.size, asOf: asOf.position };
  });
}

async function contextOf(deps: BuildDeps, report: ReportRecord, db: Db): Promise<ReportContext> {
  const { sources, clock } = deps;
  const tenant = await deps.tenants.get(report.tenant);
  const position = await lastPosition(db, tenant.tenant);
  const period = { from: report.from ?? undefined, to: report.to ?? undefined };
  const checkpoint = await sources.proofs.covering(tenant.tenant, position, WAIT_MS);
  return {
    tenant,
    report,
    db,
    asOf: { position, at: clock.now() },
    period,
    leaves: await leavesOf(sources, db, tenant.tenant, period, position),
    checkpoint,
    sources,
  };
}

/** The shortest run of leaves that holds every event of the period; the whole log where none is asked for. */
async function leavesOf(
  { proofs }: ReportSources,
  db: Db,
  tenant: string,
  period: ReportContext['period'],
  asOf: number,
): Promise<ReportContext['leaves']> {
  if (period.from === undefined && period.to === undefined) {
    return { from: 0, to: await proofs.sizeAt(tenant, asOf) };
  }
  const found = await positionsBetween(db, tenant, period, asOf);
  if (found === undefined) {
    const end = await proofs.sizeAt(tenant, asOf);
    return { from: end, to: end };
  }
  return {
    from: (await proofs.sizeAt(tenant, found.first)) - 1,
    to: await proofs.sizeAt(tenant, found.last),
  };
}

async function bundleOf(
  context: ReportContext,
  plan: ReportPlan,
  counter: EventCounter,
  check: RowCheck | undefined,
): Promise<AsyncIterable<Buffer>> {
  const pdf = await renderPdf(documentOf(context, plan));
  const { standalone, evidence, datasets } = plan;
  const { checkpoint } = context;
  const certificate =
    standalone === undefined
      ? []
      : [{ path: standalone.path, bytes: () => once(`${JSON.stringify(standalone.value, undefined, 2)}\n`) }];
  const proof =
    evidence === undefined ? rangeParts(context, counter) : inclusionParts(context, evidence, counter);
  return zipBundle({
    parts: [
      { path: 'report.pdf', bytes: () => once(pdf) },
      ...certificate,
      ...dataParts(datasets, check),
      { path: BUNDLE_PATHS.checkpoint, bytes: () => once(checkpoint.note) },
      ...proof,
    ],
    manifest: files => manifestOf(context, counter.events, files),
    time: context.asOf.at,
  });
}

function manifestOf(context: ReportContext, events: number, files: readonly BundleFile[]): string {
  const { tenant, report, asOf, period, leaves, checkpoint, sources } = context;
  const { proof: mode } = KIND_TRAITS[report.kind];
  const unsigned: UnsignedManifest = {
    format: BUNDLE_FORMAT,
    kind: report.kind,
    report: report.report,
    tenant: tenant.tenant,
    region: tenant.region,
    ...(report.subject === null ? {} : { subject: report.subject }),
    asOf: asOf.at.toISOString(),
    period: {
      ...(period.from === undefined ? {} : { from: period.from.toISOString() }),
      ...(period.to === undefined ? {} : { to: period.to.toISOString() }),
    },
    policy: { version: tenant.version, pack: tenant.policy.pack },
    log: {
      ...logOf(checkpoint),
      mode,
      ...(mode === 'range' ? { range: { from: leaves.from, to: leaves.to } } : {}),
      events,
    },
    files: [...files],
  };
  const signature = sources.proofs.signText(tenant.tenant, manifestText(unsigned));
  return encodeManifest({ ...unsigned, signature }).toString('utf8');
}

const logOf = ({ origin, size, root }: SignedCheckpoint) => ({ origin, size, root: root.toString('base64') });

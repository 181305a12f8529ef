import type { Attempts } from '../../application/attempts.ts';
import type { ReportIndex } from '../../application/reports/report-index.ts';
import type { SealedExports } from '../../application/reports/sealed-exports.ts';
import type { ViewIndex } from '../../application/ports.ts';
import { LETHE_SOURCE, type Draft, type Recorder } from '../../application/recorder.ts';
import { stampOf, type Tenants } from '../../application/tenants.ts';
import { LetheError } from '../../domain/errors.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { LeaseCheck, Leases } from '../../domain/ports/leases.ts';
import type { ReportRecord } from '../../domain/report/record.ts';
import { createLoop, type Worker } from '../loop.ts';
import type { BuiltReport } from './build-report.ts';

export interface ReportWorkerDeps {
  readonly index: Pick<ReportIndex, 'find' | 'requested' | 'ending'>;
  readonly build: (report: ReportRecord) => Promise<BuiltReport>;
  readonly exports: Pick<SealedExports, 'destroy'>;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly views: Pick<ViewIndex, 'reached'>;
  readonly clock: Clock;
  /** When a bundle made now is destroyed. */
  readonly expiryOf: (now: Date) => Date;
  /** A report each: several processes build side by side. */
  readonly leases: Leases;
  readonly attempts: Attempts;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

const REPORTER: Actor = { kind: 'worker', id: 'reports' };
const ENDED_AT_ONCE = 20;
/** Few: whoever asks meanwhile comes round after as many reports of others at most. */
const BUILT_AT_ONCE = 4;
const SEEN_MS = 30_000;

/** What passes by itself: the report waits and is tried again. */
const TEMPORARY: ReadonlySet<string> = new Set([
  'kms-unavailable',
  'log-unavailable',
  'view-behind',
  'checkpoint-behind',
  'database-connection-lost',
]);

/** Builds what is asked for, one report after another, and destroys what has expired or is outdated by an erasure. */
export function createReportWorker(deps: ReportWorkerDeps): Worker {
  return createLoop({
    name: 'reports',
    idleMs: deps.idleMs,
    onError: deps.onError,
    round: async signal => {
      await endDue(deps, signal);
      return buildWaiting(deps, signal);
    },
  });
}

// Those that fail are asked for beside the others, and stand in nobody's place.
async function endDue(deps: ReportWorkerDeps, signal: AbortSignal): Promise<void> {
  const { index, attempts, clock } = deps;
  for (const record of await index.ending(clock.now(), ENDED_AT_ONCE + attempts.failing)) {
    if (signal.aborted) return;
    await attempts.of(record.tenant, () => end(deps, record), record.report);
  }
}

/** Answers whether one was built. */
async function buildWaiting(deps: ReportWorkerDeps, signal: AbortSignal): Promise<boolean> {
  const { index, attempts, leases } = deps;
  let built = false;
  for (const record of await index.requested(BUILT_AT_ONCE + attempts.failing)) {
    if (signal.aborted) return false;
    const { tenant, report } = record;
    const build = () => leases.run(`report/${report}`, ({ check }) => produce(deps, record, check));
    built ||= (await attempts.of(tenant, build, report)) === true;
  }
  return built;
}

async function end(deps: ReportWorkerDeps, { tenant, report, subject, state }: ReportRecord): Promise<void> {
  await deps.exports.destroy(tenant, report);
  const cause = state === 'outdated' ? 'erasure' : 'expired';
  await record(deps, tenant, subject, { type: 'report.expired', data: { report, cause } });
}

async function produce(
  deps: ReportWorkerDeps,
  { tenant, report, subject, kind }: ReportRecord,
  check: LeaseCheck,
): Promise<void> {
  // Another process may have built it while this one waited its turn.
  const standing = await deps.index.find(tenant, report);
  if (standing?.state !== 'requested') return;
  try {
    const built = await deps.build(standing);
    const expiresAt = deps.expiryOf(deps.clock.now()).toISOString();
    await record(deps, tenant, subject, {
      type: 'report.issued',
      data: { report, kind, ...built, expiresAt },
    });
  } catch (error) {
    const code = error instanceof LetheError ? error.code : 'internal';
    // A database that went away says so in codes of its own: whatever is no refusal of ours is tried again.
    if (TEMPORARY.has(code) || isConnectionError(error)) throw error;
    deps.onError(error);
    // One that was frozen meanwhile fails over what the next holder has done: that is not its own to destroy.
    await check();
    await deps.exports.destroy(tenant, report);
    await record(deps, tenant, subject, { type: 'report.failed', data: { report, reason: code } });
  }
}

/** SQLSTATE classes 08 and 57: connection and operator intervention. */
const isConnectionError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(08|57|ECONN|EPIPE)/.test(String(error.code));

type ReportOutcome = Extract<Draft, { type: 'report.issued' | 'report.failed' | 'report.expired' }>;

/** Under an identity of its own: of two processes that come to the same end one is recorded. */
async function record(
  { recorder, tenants, clock, views }: ReportWorkerDeps,
  tenant: string,
  subject: string | null,
  outcome: {
    [T in ReportOutcome['type']]: Pick<Extract<ReportOutcome, { type: T }>, 'type' | 'data'>;
  }[ReportOutcome['type']],
): Promise<void> {
  const identity = { source: LETHE_SOURCE, sourceId: `${outcome.data.report} ${outcome.type}` };
  const about = subject === null ? {} : { subject };
  const draft = { ...outcome, ...identity, ...about, actor: REPORTER, time: clock.now() };
  const [position = 0] = await recorder.record(stampOf(await tenants.get(tenant)), [draft]);
  await views.reached(position, SEEN_MS);
}

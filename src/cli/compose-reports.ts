import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Services } from '../api/services.ts';
import { createCertificates } from '../application/certificates/certificates.ts';
import type { ErasureFacts, ErasureLedger } from '../application/certificates/erasure-facts.ts';
import type { Surroundings } from '../application/context.ts';
import type { Directory } from '../application/directory.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Recorder } from '../application/recorder.ts';
import { createContentSource } from '../application/reports/content-source.ts';
import type { LogProofs } from '../application/reports/log-proofs.ts';
import type { ReportIndex } from '../application/reports/report-index.ts';
import { createReports } from '../application/reports/reports.ts';
import { createSealedExports } from '../application/reports/sealed-exports.ts';
import type { Assets } from '../application/assets.ts';
import type { Tenants } from '../application/tenants.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { createReportFiles } from '../platform/exports/report-files.ts';
import { createSharedProgress } from '../platform/postgres/report-progress.ts';
import type { KafkaConfig } from '../platform/kafka/kafka-config.ts';
import { receivesEvents, type SiemConfig } from '../platform/siem/siem-config.ts';
import { assetsOfRequest } from '../projections/erasure-ledger/queries/assets-of-request.ts';
import { findDeletion } from '../projections/erasure-ledger/queries/find-deletion.ts';
import { getRequest } from '../projections/erasure-ledger/queries/requests.ts';
import {
  countWaiting,
  endingReports,
  getReport,
  listReports,
  requestedReports,
} from '../projections/reports/queries.ts';
import { withSnapshot } from '../projections/runner/snapshot.ts';
import { withTenant } from '../projections/runner/tenant.ts';
import type { Worker } from '../workers/loop.ts';
import { buildReport } from '../workers/reports/build-report.ts';
import { REPORT_PLANS } from '../workers/reports/kinds/all.ts';
import { createReportWorker } from '../workers/reports/worker.ts';
import type { Stores } from './stores.ts';
import { attemptsOf } from './tenant-attempts.ts';
import { VERSION } from './version.ts';

export interface ReportSettings {
  readonly dataDir: string;
  /** How long a built report may be downloaded, milliseconds. */
  readonly exportLifeMs: number;
  readonly keyCacheMs: number;
  readonly siem: SiemConfig;
  readonly kafka?: KafkaConfig | undefined;
}

interface Base extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly tenants: Tenants;
  readonly views: ViewIndex;
  readonly directory: Directory;
}

interface Options {
  readonly stores: Stores;
  readonly assets: Assets;
  readonly proofs: LogProofs;
  readonly settings: ReportSettings;
}

export type ReportComposition = Pick<Services, 'reports' | 'certificates'> & {
  readonly worker: (logger: Logger) => Worker;
};

const IDLE_MS = 500;

/** Reports and certificates: the use cases, and the worker that builds. */
export function composeReports(base: Base, { stores, assets, proofs, settings }: Options): ReportComposition {
  const { vault, serving, randomBytes, reader } = stores;
  const { clock, log } = base;
  const files = createReportFiles(join(settings.dataDir, 'exports'));
  const exports = createSealedExports({ vault, serving: serving.vault, files, randomBytes, clock });
  const index = reportIndex(stores);
  const progress = createSharedProgress(stores.bulletin);
  const certificates = createCertificates({
    ...base,
    proofs,
    ledger: erasureLedger(stores, base),
    copies: {
      keyCacheMs: settings.keyCacheMs,
      kmsPendingDays: stores.pendingDays,
      topicRetentionMs: settings.kafka?.out?.retentionMs,
      siem: receivesEvents(settings.siem) || settings.kafka?.siemTopic !== undefined,
    },
    version: VERSION,
  });
  const sources = { log, proofs, certificates, content: createContentSource({ ...base, vault, assets }) };
  const build = {
    ...{ kinds: REPORT_PLANS, sources, exports, onProgress: progress.set },
    ...base,
    snapshot: <T>(tenant: string, work: Parameters<typeof withSnapshot<T>>[2]) =>
      withSnapshot(reader, tenant, work),
  };
  const worker = (logger: Logger): Worker =>
    createReportWorker({
      ...base,
      ...{ index, exports, idleMs: IDLE_MS, attempts: attemptsOf('reports', logger) },
      build: report => buildReport(build, report),
      expiryOf: now => new Date(now.getTime() + settings.exportLifeMs),
      leases: stores.leases,
      onError: error => logger.error({ err: error }, 'report worker failed'),
    });
  return { reports: createReports({ ...base, index, exports, progress }), certificates, worker };
}

const reportIndex = ({ reader, writer }: Stores): ReportIndex => ({
  find: (tenant, report) => withTenant(reader, tenant, db => getReport(db, tenant, report)),
  list: (tenant, query) => withTenant(reader, tenant, db => listReports(db, tenant, query)),
  waiting: (tenant, subject) => withTenant(reader, tenant, db => countWaiting(db, tenant, subject)),
  requested: limit => requestedReports(writer, limit),
  ending: (now, limit) => endingReports(writer, now, limit),
  findDeletion: (tenant, wanted) => withTenant(reader, tenant, db => findDeletion(db, tenant, wanted)),
});

const erasureLedger = ({ reader }: Stores, { clock }: Surroundings): ErasureLedger => ({
  facts: (tenant, request) =>
    withTenant(reader, tenant, async (db): Promise<ErasureFacts | undefined> => {
      const row = await getRequest(db, tenant, request, clock.now());
      if (row === undefined) return undefined;
      const assets = await assetsOfRequest(db, tenant, request, clock.now());
      return { ...row, assets };
    }),
});

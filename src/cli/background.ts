import type { Logger } from 'pino';
import type { Metrics } from '../platform/metrics.ts';
import { createAccountCloser } from '../workers/account-closer.ts';
import { createDataRequestRunner } from '../workers/data-request-runner.ts';
import { createEraser } from '../workers/eraser.ts';
import { createHoldExpirer } from '../workers/hold-expirer.ts';
import type { Worker } from '../workers/loop.ts';
import { createNotaryWorkers } from '../workers/notary.ts';
import { createOffboarder } from '../workers/offboarder.ts';
import { createOverdueWatch } from '../workers/overdue-watch.ts';
import { createEntityWorker } from './compose-entities.ts';
import { createEpochWorker, createHorizonWatcher } from './compose-epochs.ts';
import { createKeyReaperWorker } from './compose-key-reaper.ts';
import { composePiiDetector } from './compose-pii.ts';
import { createSiemSenders } from './compose-siem.ts';
import { composeNotary } from './compose-transparency.ts';
import { systemClock, type Composition } from './compose.ts';
import type { Foundation } from './foundation.ts';
import { attemptsOf } from './tenant-attempts.ts';

const ERASED_AT_ONCE = 1_000;
const SOON_MS = 200;
const SECONDLY_MS = 1_000;

/** What one process at a time does, each by a lease of its name; a line a topic. */
export function createLeasedWorkers(foundation: Foundation, composition: Composition): Worker[] {
  const { stores, logger, metrics } = foundation;
  return [
    ...createLedgerWorkers(composition, logger, metrics),
    ...createNotary(foundation),
    composition.caseKeeper,
    composePiiDetector(composition, stores, { logger, metrics }),
    createEntityWorker(foundation),
    createKeyReaperWorker(foundation, composition),
    composition.abuseRules,
    composition.deadlineWatch,
  ];
}

/** What every process with workers runs: what shares its work by itself, by finer leases, and what only measures. */
export async function createSharedWorkers(
  foundation: Foundation,
  composition: Composition,
): Promise<Worker[]> {
  const { stores, config, logger, metrics } = foundation;
  const { epochMs } = config;
  const { views, reporter, services } = composition;
  return [
    reporter(logger),
    ...(await createSiemSenders(stores, config, { logger, metrics })),
    ...(await createKafkaWorkers(foundation, services)),
    createEpochWorker({ ...composition, epochMs }, logger, metrics),
    createHorizonWatcher({ views, clock: systemClock }, logger, metrics),
    createOverdueWatch({
      views,
      idleMs: SECONDLY_MS,
      onCount: overdue => {
        metrics.overdueErasures.set(overdue);
        if (overdue > 0) logger.error({ overdue }, 'erasures are overdue');
      },
      onError: tellFailure(logger),
    }),
  ];
}

/** Loaded where Kafka is configured: the library costs a start its time and memory. */
async function createKafkaWorkers(
  { stores, config: { kafka }, logger, metrics }: Foundation,
  { ingest }: Composition['services'],
): Promise<Worker[]> {
  if (kafka === undefined) return [];
  const { createKafkaPublishers } = await import('./compose-kafka-out.ts');
  const { createKafkaConsumers } = await import('./compose-kafka.ts');
  return [
    ...createKafkaPublishers(stores, kafka, { logger, metrics }),
    ...createKafkaConsumers(stores, kafka, { ingest, logger, metrics }),
  ];
}

const tellFailure =
  (logger: Logger) =>
  (error: unknown): void =>
    logger.error({ err: error }, 'worker failed, tries again');

function createNotary({ stores, logger, metrics }: Foundation): Worker[] {
  const notary = composeNotary(stores, { clock: systemClock, logger, metrics: metrics.notary });
  return createNotaryWorkers({
    notary,
    followMs: SOON_MS,
    signMs: SECONDLY_MS,
    onError: tellFailure(logger),
  });
}

/** Erasures, account deletions, the end of holds, what people have asked for, offboardings. */
function createLedgerWorkers(
  { erasure, views, services }: Composition,
  logger: Logger,
  metrics: Metrics,
): Worker[] {
  const onError = tellFailure(logger);
  return [
    createEraser({
      erasure,
      batchSize: ERASED_AT_ONCE,
      idleMs: SOON_MS,
      onErased: count => metrics.erasures.inc(count),
      onError,
    }),
    createAccountCloser({
      ...{ accounts: services.accounts, views, attempts: attemptsOf('account-closer', logger) },
      ...{ idleMs: SECONDLY_MS, onError },
    }),
    createHoldExpirer({
      ...{ holds: services.holds, views, attempts: attemptsOf('hold-expirer', logger) },
      ...{ idleMs: SECONDLY_MS, onError },
    }),
    createDataRequestRunner({
      dataRequests: services.dataRequests,
      views,
      attempts: attemptsOf('data-requests', logger),
      idleMs: SECONDLY_MS,
      onOverdue: overdue => {
        metrics.overdueDataRequests.set(overdue);
        if (overdue > 0) logger.error({ overdue }, 'data requests are overdue');
      },
      onError,
    }),
    createOffboarder({
      ...{ offboardings: services.offboardings, views, attempts: attemptsOf('offboarder', logger) },
      ...{ idleMs: SECONDLY_MS, onError },
    }),
  ];
}

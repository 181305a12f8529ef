import type { Logger } from 'pino';
import type { Notary } from '../application/transparency/notary.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createProjector, type Projector } from '../projections/runner/projector.ts';
import { createAccountCloser } from '../workers/account-closer.ts';
import { createDataRequestRunner } from '../workers/data-request-runner.ts';
import { createEraser } from '../workers/eraser.ts';
import { createHoldExpirer } from '../workers/hold-expirer.ts';
import type { Worker } from '../workers/loop.ts';
import { createNotaryWorkers } from '../workers/notary.ts';
import { createOffboarder } from '../workers/offboarder.ts';
import { createOverdueWatch } from '../workers/overdue-watch.ts';
import { createRefusalRecorder } from '../workers/refusal-recorder.ts';
import type { Composition } from './compose.ts';
import type { Traffic } from './observed.ts';
import type { Stores } from './stores.ts';
import { VIEWS } from './views.ts';

const ERASED_AT_ONCE = 1_000;
const SOON_MS = 200;
const SECONDLY_MS = 1_000;
const MINUTELY_MS = 60_000;

/** Folds the log into the views, and yields to requests that bring events. */
export const createViews = (
  { log, writer }: Stores,
  { logger, metrics, traffic }: { logger: Logger; metrics: Metrics; traffic: Traffic },
): Projector =>
  createProjector({
    log,
    writer,
    views: VIEWS,
    isBusy: () => traffic.requests > 0,
    onLag: ({ view, lag }) => metrics.viewLag.set({ view }, lag),
    onError: ({ view, after, error }) => logger.error({ err: error, view, after }, 'view stopped'),
  });

/** What goes on by itself: erasures, account deletions, the end of holds, the watch over what is overdue. */
export function createWorkers(
  { erasure, views, refusals, reporter, services, notary }: Composition & { readonly notary: Notary },
  logger: Logger,
  metrics: Metrics,
): Worker[] {
  const onError = (error: unknown): void => logger.error({ err: error }, 'worker failed, tries again');
  return [
    createEraser({
      erasure,
      batchSize: ERASED_AT_ONCE,
      idleMs: SOON_MS,
      onErased: count => metrics.erasures.inc(count),
      onError,
    }),
    createAccountCloser({ accounts: services.accounts, views, idleMs: SECONDLY_MS, onError }),
    reporter(logger),
    createHoldExpirer({ holds: services.holds, views, idleMs: SECONDLY_MS, onError }),
    createDataRequestRunner({
      dataRequests: services.dataRequests,
      views,
      idleMs: SECONDLY_MS,
      onOverdue: overdue => {
        metrics.overdueDataRequests.set(overdue);
        if (overdue > 0) logger.error({ overdue }, 'data requests are overdue');
      },
      onError,
    }),
    createOffboarder({ offboardings: services.offboardings, views, idleMs: SECONDLY_MS, onError }),
    ...createNotaryWorkers({ notary, followMs: SOON_MS, signMs: SECONDLY_MS, onError }),
    createRefusalRecorder({ refusals, idleMs: MINUTELY_MS, onError }),
    createOverdueWatch({
      views,
      idleMs: SECONDLY_MS,
      onCount: overdue => {
        metrics.overdueErasures.set(overdue);
        if (overdue > 0) logger.error({ overdue }, 'erasures are overdue');
      },
      onError,
    }),
  ];
}

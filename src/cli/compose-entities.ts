import type { Logger } from 'pino';
import { createSightings, type SightingsDeps } from '../application/entities/sightings.ts';
import { seeAgain, tenantsWaiting } from '../projections/abuse-entities/see-again.ts';
import { abuseEntities, type FindSightings } from '../projections/abuse-entities/view.ts';
import { createProjector } from '../projections/runner/projector.ts';
import type { View } from '../projections/runner/view.ts';
import { beside } from '../workers/beside.ts';
import type { Worker } from '../workers/loop.ts';
import { createViewsWorker } from '../workers/views.ts';
import { createWaitingCalls } from '../workers/waiting-calls.ts';
import type { Foundation } from './foundation.ts';
import { observeOpenings } from './observed.ts';
import { attemptsOf } from './tenant-attempts.ts';

/** Under load every question to the database waits its turn: few large batches keep up with ingest, many small ones do not. */
const EVENTS_AT_ONCE = 1_000;
const RETRY_MS = 200;
const SECONDLY_MS = 1_000;

const finder = (stores: Omit<SightingsDeps, 'onSkipped'>, logger: Logger): FindSightings =>
  createSightings({
    ...stores,
    onSkipped: (error, position) =>
      logger.warn({ err: error, position }, 'network part not opened for the entity graph'),
  });

/** The one view that opens what is sealed, over a process's stores. */
export const entityView = (stores: Omit<SightingsDeps, 'onSkipped'>, logger: Logger): View =>
  abuseEntities(finder(stores, logger));

type EntityWorkerDeps = Pick<Foundation, 'stores' | 'logger' | 'metrics' | 'traffic'>;

/**
 * Follows the log by itself: while the KMS is silent it waits, and the other views go on. Beside that it looks again at what
 * waits for one tenant's key.
 */
export function createEntityWorker({ stores, logger, metrics, traffic }: EntityWorkerDeps): Worker {
  const { log, keys, writer } = stores;
  const find = finder({ log, keys, vault: observeOpenings(stores.vault, metrics) }, logger);
  const view = abuseEntities(find);
  const create = () =>
    createProjector({
      log,
      writer,
      views: [view],
      batchSize: EVENTS_AT_ONCE,
      isBusy: () => traffic.isBusy(),
      onLag: ({ lag }) => metrics.viewLag.set({ view: view.name }, lag),
      onError: ({ after, error }) => logger.error({ err: error, view: view.name, after }, 'view stopped'),
    });
  const following = createViewsWorker({
    name: view.name,
    create,
    // Of a view that this process folds no more, its last lag would be told for ever.
    onFolding: projector => {
      if (projector === undefined) metrics.viewLag.remove({ view: view.name });
    },
    idleMs: RETRY_MS,
    onError: error => logger.error({ err: error, view: view.name }, 'view not folded, tries again'),
  });
  const waiting = createWaitingCalls({
    tenants: () => tenantsWaiting(writer),
    seeAgain: tenant => seeAgain({ log, writer, find }, tenant, EVENTS_AT_ONCE),
    attempts: attemptsOf(view.name, logger),
    idleMs: SECONDLY_MS,
    onError: error =>
      logger.error({ err: error, view: view.name }, 'waiting calls not looked at, tries again'),
  });
  return beside(following, waiting);
}

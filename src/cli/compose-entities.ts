import type { Logger } from 'pino';
import { createSightings, type SightingsDeps } from '../application/entities/sightings.ts';
import { abuseEntities } from '../projections/abuse-entities/view.ts';
import { createProjector } from '../projections/runner/projector.ts';
import type { View } from '../projections/runner/view.ts';
import type { Worker } from '../workers/loop.ts';
import { createViewsWorker } from '../workers/views.ts';
import type { Foundation } from './foundation.ts';
import { observeOpenings } from './observed.ts';

/** Network parts are opened a batch at a time. Under load every question to the database waits its turn: a quarter of it fell behind. */
const EVENTS_AT_ONCE = 1_000;
const RETRY_MS = 200;

/** The one view that opens what is sealed, over a process's stores. */
export const entityView = (stores: Omit<SightingsDeps, 'onSkipped'>, logger: Logger): View =>
  abuseEntities(
    createSightings({
      ...stores,
      onSkipped: (error, position) =>
        logger.warn({ err: error, position }, 'network part not opened for the entity graph'),
    }),
  );

/** Follows the log by itself: while the KMS is silent it waits, and the other views go on. */
export function createEntityWorker({ stores, logger, metrics, traffic }: Foundation): Worker {
  const { log, keys, writer } = stores;
  const view = entityView({ log, keys, vault: observeOpenings(stores.vault, metrics) }, logger);
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
  return createViewsWorker({
    name: view.name,
    create,
    // Of a view that this process folds no more, its last lag would be told for ever.
    onFolding: projector => {
      if (projector === undefined) metrics.viewLag.remove({ view: view.name });
    },
    idleMs: RETRY_MS,
    onError: error => logger.error({ err: error, view: view.name }, 'view not folded, tries again'),
  });
}

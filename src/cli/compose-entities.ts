import type { Logger } from 'pino';
import type { Attempts } from '../application/attempts.ts';
import { createSightings, type SightingsDeps } from '../application/entities/sightings.ts';
import { seeAgain, tenantsWaiting, type SeeAgainDeps } from '../projections/abuse-entities/see-again.ts';
import { abuseEntities, type FindSightings } from '../projections/abuse-entities/view.ts';
import { createProjector } from '../projections/runner/projector.ts';
import type { View } from '../projections/runner/view.ts';
import { beside } from '../workers/beside.ts';
import { createLoop, type Worker } from '../workers/loop.ts';
import { createViewsWorker } from '../workers/views.ts';
import type { Foundation } from './foundation.ts';
import { observeOpenings } from './observed.ts';
import { attemptsOf } from './tenant-attempts.ts';

/** Network parts are opened a batch at a time. Under load every question to the database waits its turn: a quarter of it fell behind. */
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
  const onError = (error: unknown): void =>
    logger.error({ err: error, view: view.name }, 'view not folded, tries again');
  const following = createViewsWorker({
    name: view.name,
    create,
    // Of a view that this process folds no more, its last lag would be told for ever.
    onFolding: projector => {
      if (projector === undefined) metrics.viewLag.remove({ view: view.name });
    },
    idleMs: RETRY_MS,
    onError,
  });
  return beside(following, createAgain({ log, writer, find }, attemptsOf(view.name, logger), onError));
}

const createAgain = (deps: SeeAgainDeps, attempts: Attempts, onError: (error: unknown) => void): Worker =>
  createLoop({
    ...{ name: 'abuse-entities-again', idleMs: SECONDLY_MS, onError },
    round: async stopping => {
      let isFull = false;
      for (const tenant of await tenantsWaiting(deps.writer)) {
        if (stopping.aborted) break;
        isFull = (await attempts.of(tenant, () => seeAgain(deps, tenant, EVENTS_AT_ONCE))) === true || isFull;
      }
      return isFull;
    },
  });

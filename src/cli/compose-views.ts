import { watchCheckpoints, type Reached } from '../projections/runner/checkpoint-watch.ts';
import { createProjector, type Projector } from '../projections/runner/projector.ts';
import type { Worker } from '../workers/loop.ts';
import { createViewsWorker } from '../workers/views.ts';
import type { Foundation } from './foundation.ts';
import { VIEWS } from './views.ts';

const RETRY_MS = 200;

export interface ComposedViews {
  /** Folds the log into the views, and yields to requests that bring events. */
  readonly worker: Worker;
  /** Also where another process folds them. */
  readonly reached: Reached;
}

export function composeViews({ stores, logger, metrics, traffic }: Foundation): ComposedViews {
  const { log, writer } = stores;
  let folding: Projector | undefined;
  const elsewhere = watchCheckpoints(
    writer,
    VIEWS.map(({ name }) => name),
  );
  const create = (): Projector =>
    createProjector({
      log,
      writer,
      views: VIEWS,
      isBusy: () => traffic.isBusy(),
      onLag: ({ view, lag }) => metrics.viewLag.set({ view }, lag),
      onError: ({ view, after, error }) => logger.error({ err: error, view, after }, 'view stopped'),
    });
  const worker = createViewsWorker({
    create,
    onFolding: projector => {
      folding = projector;
      // Of a view that this process folds no more, its last lag would be told for ever.
      if (projector === undefined) for (const { name } of VIEWS) metrics.viewLag.remove({ view: name });
    },
    idleMs: RETRY_MS,
    onError: error => logger.error({ err: error }, 'views not folded, tries again'),
  });
  return {
    worker,
    reached: (position, timeoutMs) =>
      folding === undefined ? elsewhere(position, timeoutMs) : reachedHere(folding, position, timeoutMs),
  };
}

/** Without a question to the database. */
const reachedHere = (projector: Projector, position: number, timeoutMs: number): Promise<boolean> =>
  projector.caughtUp(position, { signal: AbortSignal.timeout(timeoutMs) }).then(
    () => true,
    () => false,
  );

import { once } from 'node:events';
import type { Projector } from '../projections/runner/projector.ts';
import { createLoop, type Worker } from './loop.ts';

export interface ViewsWorkerDeps {
  /** Of the lease. Default `views`: those that follow the log together. */
  readonly name?: string;
  /** A projector that has not been started. */
  readonly create: () => Projector;
  /** Told which projector is at work; undefined where none is. */
  readonly onFolding: (projector: Projector | undefined) => void;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

/** Folds the log into the views, from its start to its stop. */
export const createViewsWorker = ({
  name = 'views',
  create,
  onFolding,
  idleMs,
  onError,
}: ViewsWorkerDeps): Worker =>
  createLoop({
    name,
    idleMs,
    onError,
    round: async stopping => {
      const projector = create();
      try {
        await projector.start();
        onFolding(projector);
        if (!stopping.aborted) await once(stopping, 'abort');
      } finally {
        onFolding(undefined);
        await projector.stop();
      }
      return false;
    },
  });

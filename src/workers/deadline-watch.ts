import { createLoop, type Worker } from './loop.ts';

export interface DeadlineWatchWorkerDeps {
  /** Opens cases from signals whose evidence is about to be erased, so many a tenant at most. */
  readonly watch: (limit: number) => Promise<number>;
  readonly batchSize: number;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

/** Sees to it that no signal loses its evidence before somebody was asked to look. */
export const createDeadlineWatchWorker = ({
  watch,
  batchSize,
  idleMs,
  onError,
}: DeadlineWatchWorkerDeps): Worker =>
  createLoop({
    name: 'deadline-watch',
    idleMs,
    onError,
    round: async () => {
      await watch(batchSize);
      // The views have to show the cases before it looks again.
      return false;
    },
  });

import { createLoop, type Worker } from '../loop.ts';

export interface LagWatchDeps {
  /** Messages of each partition that the group has not read yet. */
  readonly lag: () => Promise<ReadonlyMap<number, number>>;
  readonly idleMs: number;
  readonly onLag: (partition: number, lag: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Measures how far a consumer group is behind, whether or not anybody in it makes progress. */
export const createLagWatch = ({ lag, idleMs, onLag, onError }: LagWatchDeps): Worker =>
  createLoop({
    name: 'kafka-lag',
    idleMs,
    onError,
    round: async () => {
      for (const [partition, messages] of await lag()) onLag(partition, messages);
      return false;
    },
  });

import type { Clock } from '../domain/ports/clock.ts';
import type { ViewIndex } from '../application/ports.ts';
import { createLoop, type Worker } from './loop.ts';

export interface HorizonWatchDeps {
  readonly views: Pick<ViewIndex, 'oldestBeforeHorizon'>;
  readonly clock: Clock;
  readonly idleMs: number;
  /** Told on every round; 0 where every erasure is beyond backup. */
  readonly onAge: (seconds: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Measures how long the oldest erasure has waited for its horizon. */
export const createHorizonWatch = ({ views, clock, idleMs, onAge, onError }: HorizonWatchDeps): Worker =>
  createLoop({
    name: 'horizon-watch',
    idleMs,
    onError,
    round: async () => {
      const oldest = await views.oldestBeforeHorizon();
      const now = clock.now().getTime();
      onAge(oldest === undefined ? 0 : Math.max(0, now - oldest.getTime()) / 1_000);
      return false;
    },
  });

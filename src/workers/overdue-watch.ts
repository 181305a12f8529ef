import type { ViewIndex } from '../application/ports.ts';
import { createLoop, type Worker } from './loop.ts';

export interface OverdueWatchDeps {
  readonly views: Pick<ViewIndex, 'countOverdue'>;
  readonly idleMs: number;
  /** Told on every round; more than zero is an alarm. */
  readonly onCount: (overdue: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Counts erasures that are past their date and SLA though no hold covers them. */
export const createOverdueWatch = ({ views, idleMs, onCount, onError }: OverdueWatchDeps): Worker =>
  createLoop({
    name: 'overdue-watch',
    idleMs,
    onError,
    round: async () => {
      onCount(await views.countOverdue());
      return false;
    },
  });

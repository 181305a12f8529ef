import type { DataRequests } from '../application/dsr/data-requests.ts';
import type { ViewIndex } from '../application/ports.ts';
import { createLoop, type Worker } from './loop.ts';

export interface DataRequestRunnerDeps {
  readonly dataRequests: Pick<DataRequests, 'advance'>;
  readonly views: Pick<ViewIndex, 'openDataRequests' | 'countOverdueDataRequests'>;
  readonly idleMs: number;
  /** Told on every round how many requests are past their date; more than zero is an alarm. */
  readonly onOverdue: (overdue: number) => void;
  readonly onError: (error: unknown) => void;
}

const AT_ONCE = 100;

/** Carries on what people have asked for (GDPR Art. 12(3)), and watches over the dates. */
export const createDataRequestRunner = (deps: DataRequestRunnerDeps): Worker =>
  createLoop({
    name: 'data-requests',
    idleMs: deps.idleMs,
    onError: deps.onError,
    round: async signal => {
      deps.onOverdue(await deps.views.countOverdueDataRequests());
      for (const { tenant, dsr } of await deps.views.openDataRequests(AT_ONCE)) {
        if (signal.aborted) break;
        // One that cannot be done now does not stand in the way of the others.
        await deps.dataRequests.advance(tenant, dsr).catch(deps.onError);
      }
      return false;
    },
  });

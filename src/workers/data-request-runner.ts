import type { Attempts } from '../application/attempts.ts';
import type { OpenDataRequest, ViewIndex } from '../application/ports.ts';
import { createLoop, type Worker } from './loop.ts';

export interface DataRequestRunnerDeps {
  readonly dataRequests: { readonly advance: (tenant: string, dsr: string) => Promise<unknown> };
  readonly views: Pick<ViewIndex, 'openDataRequests' | 'countOverdueDataRequests'>;
  readonly attempts: Attempts;
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
      let page: readonly OpenDataRequest[] = [];
      // Page by page: those that wait for a report, or cannot be done now, do not stand in the way of the others.
      do {
        page = await deps.views.openDataRequests(AT_ONCE, page.at(-1));
        for (const { tenant, dsr } of page) {
          if (signal.aborted) return false;
          await deps.attempts.of(tenant, () => deps.dataRequests.advance(tenant, dsr), dsr);
        }
      } while (page.length === AT_ONCE);
      return false;
    },
  });

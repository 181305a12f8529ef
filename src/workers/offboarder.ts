import type { Attempts } from '../application/attempts.ts';
import type { Offboardings } from '../application/offboarding/offboarding.ts';
import type { ViewIndex } from '../application/ports.ts';
import { createLoop, type Worker } from './loop.ts';

export interface OffboarderDeps {
  readonly offboardings: Pick<Offboardings, 'advance'>;
  readonly views: Pick<ViewIndex, 'tenantsBeingOffboarded'>;
  readonly attempts: Attempts;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

/** Carries confirmed offboardings to their end: export, destruction, certificate. */
export const createOffboarder = ({
  offboardings,
  views,
  attempts,
  idleMs,
  onError,
}: OffboarderDeps): Worker =>
  createLoop({
    name: 'offboarder',
    idleMs,
    onError,
    round: async signal => {
      let isMore = false;
      for (const tenant of await views.tenantsBeingOffboarded()) {
        if (signal.aborted) break;
        const advanced = await attempts.of(tenant, () => offboardings.advance(tenant));
        isMore ||= advanced === true;
      }
      return isMore;
    },
  });

import type { Attempts } from '../application/attempts.ts';
import type { Holds } from '../application/holds.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { createLoop, type Worker } from './loop.ts';

export interface HoldExpirerDeps {
  readonly holds: Pick<Holds, 'expire'>;
  readonly views: Pick<ViewIndex, 'tenantsWithExpiredHolds'>;
  readonly attempts: Attempts;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

const EXPIRER: Actor = { kind: 'worker', id: 'hold-expirer' };

/** Records the end of holds whose time is over. They cover nothing from that moment on, recorded or not. */
export const createHoldExpirer = ({ holds, views, attempts, idleMs, onError }: HoldExpirerDeps): Worker =>
  createLoop({
    name: 'hold-expirer',
    idleMs,
    onError,
    round: async signal => {
      for (const tenant of await views.tenantsWithExpiredHolds()) {
        if (signal.aborted) break;
        await attempts.of(tenant, () => holds.expire(tenant, EXPIRER));
      }
      return false;
    },
  });

import type { Holds } from '../application/holds.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { createLoop, type Worker } from './loop.ts';

export interface HoldExpirerDeps {
  readonly holds: Pick<Holds, 'expire'>;
  readonly views: Pick<ViewIndex, 'tenantsWithExpiredHolds'>;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

const EXPIRER: Actor = { kind: 'worker', id: 'hold-expirer' };

/** Records the end of holds whose time is over. They cover nothing from that moment on, recorded or not. */
export const createHoldExpirer = ({ holds, views, idleMs, onError }: HoldExpirerDeps): Worker =>
  createLoop({
    name: 'hold-expirer',
    idleMs,
    onError,
    round: async () => {
      for (const tenant of await views.tenantsWithExpiredHolds()) await holds.expire(tenant, EXPIRER);
      return false;
    },
  });

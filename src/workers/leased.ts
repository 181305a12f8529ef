import { once } from 'node:events';
import type { Leases } from '../domain/ports/leases.ts';
import { createLoop, type Worker } from './loop.ts';

export interface LeasedOptions {
  readonly leases: Leases;
  /** Between two attempts at a lease that another process holds, milliseconds. */
  readonly retryMs: number;
  /** Told when this process begins and ceases to hold the lease. */
  readonly onHeld: (name: string, isHeld: boolean) => void;
  readonly onError: (error: unknown) => void;
}

/** The worker at work while this process holds the lease of its name, and at rest otherwise. */
export const createLeased = (worker: Worker, { leases, retryMs, onHeld, onError }: LeasedOptions): Worker =>
  createLoop({
    name: worker.name,
    idleMs: retryMs,
    longestMs: retryMs,
    onError,
    round: async stopping => {
      await leases.run(`worker/${worker.name}`, async ({ lost }) => {
        onHeld(worker.name, true);
        worker.start();
        await either(stopping, lost);
        // Another may hold it by now, however long the round in flight still takes.
        if (lost.aborted) onHeld(worker.name, false);
        // Held until the round in flight is at its end: what it began, the next holder finds finished.
        await worker.stop();
        onHeld(worker.name, false);
      });
      return false;
    },
  });

async function either(...signals: readonly AbortSignal[]): Promise<void> {
  const any = AbortSignal.any([...signals]);
  if (!any.aborted) await once(any, 'abort');
}

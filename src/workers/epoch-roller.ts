import type { EpochRoller } from '../application/epochs/roll.ts';
import { createLoop, type Worker } from './loop.ts';

export interface EpochRollerDeps {
  readonly roller: Pick<EpochRoller, 'rollDue'>;
  /** How long an epoch lasts, milliseconds. */
  readonly epochMs: number;
  readonly idleMs: number;
  /** A tenant whose roll failed: nothing is lost, and the next round goes on. */
  readonly onFailure: (tenant: string, error: unknown) => void;
  /** Told after each round whose rolls failed in it: a roll may also be finished by another process. */
  readonly onRound: (failed: readonly string[]) => void;
  readonly onError: (error: unknown) => void;
}

/** Rolls epochs, so that what was erased is beyond every backup (design §5). */
export const createEpochRollerWorker = (deps: EpochRollerDeps): Worker =>
  createLoop({
    name: 'epoch-roller',
    idleMs: deps.idleMs,
    onError: deps.onError,
    round: async signal => {
      const failed = await deps.roller.rollDue(deps.epochMs, deps.onFailure, signal);
      // One that was ended early has not looked at all.
      if (!signal.aborted) deps.onRound(failed);
      return false;
    },
  });

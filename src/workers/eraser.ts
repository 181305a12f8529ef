import type { Erasure } from '../application/erasure.ts';
import { createLoop, type Worker } from './loop.ts';

export interface EraserDeps {
  readonly erasure: Pick<Erasure, 'eraseDue'>;
  readonly batchSize: number;
  readonly idleMs: number;
  readonly onErased: (count: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Erases what is due, all day long: intent, destruction, certificate (promises 9, 10, 27). */
export const createEraser = ({ erasure, batchSize, idleMs, onErased, onError }: EraserDeps): Worker =>
  createLoop({
    name: 'eraser',
    idleMs,
    onError,
    round: async signal => {
      const erased = await erasure.eraseDue(batchSize, signal);
      if (erased > 0) onErased(erased);
      return erased > 0;
    },
  });

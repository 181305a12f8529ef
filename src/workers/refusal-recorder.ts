import type { Refusals } from '../application/refusals.ts';
import { createLoop, type Worker } from './loop.ts';

export interface RefusalRecorderDeps {
  readonly refusals: Pick<Refusals, 'flush'>;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

/** Puts the counts of refused events on record, and what is left of them when the service stops. */
export function createRefusalRecorder({ refusals, idleMs, onError }: RefusalRecorderDeps): Worker {
  const loop = createLoop({
    name: 'refusal-recorder',
    idleMs,
    onError,
    round: async () => {
      await refusals.flush();
      return false;
    },
  });
  const stop = async (): Promise<void> => {
    await loop.stop();
    await refusals.flush().catch(onError);
  };
  return { ...loop, stop };
}

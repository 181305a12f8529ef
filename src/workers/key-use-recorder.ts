import type { KeyUses } from '../application/key-uses.ts';
import { createLoop, type Worker } from './loop.ts';

export interface KeyUseRecorderDeps {
  readonly uses: Pick<KeyUses, 'flush'>;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

/** Stores when keys were last of use, and what is left of it when the service stops. */
export function createKeyUseRecorder({ uses, idleMs, onError }: KeyUseRecorderDeps): Worker {
  const loop = createLoop({
    name: 'key-use-recorder',
    idleMs,
    onError,
    round: async () => {
      await uses.flush();
      return false;
    },
  });
  const stop = async (): Promise<void> => {
    await loop.stop();
    await uses.flush().catch(onError);
  };
  return { ...loop, stop };
}

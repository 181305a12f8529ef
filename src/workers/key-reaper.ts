import { createLoop, type Worker } from './loop.ts';

export interface KeyReaperDeps {
  /** Answers how many keys it has removed. */
  readonly reap: () => Promise<number>;
  readonly onReaped: (count: number) => void;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

/** Removes keys whose event never came. */
export const createKeyReaper = ({ reap, onReaped, idleMs, onError }: KeyReaperDeps): Worker =>
  createLoop({
    name: 'key-reaper',
    idleMs,
    onError,
    round: async () => {
      const count = await reap();
      if (count > 0) onReaped(count);
      return false;
    },
  });

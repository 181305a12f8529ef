import { createLoop, type Worker } from '../loop.ts';

export interface DeadLetterExpirerDeps {
  /** Destroys the keys of what has had its time; answers how many. */
  readonly expire: () => Promise<number>;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

/** Ends dead letters that have had their time. Every process may run it: a key destroyed twice is destroyed once. */
export const createDeadLetterExpirer = ({ expire, idleMs, onError }: DeadLetterExpirerDeps): Worker =>
  createLoop({
    name: 'dead-letter-expirer',
    idleMs,
    onError,
    round: async () => {
      await expire();
      return false;
    },
  });

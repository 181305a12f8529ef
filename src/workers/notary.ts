import type { Notary } from '../application/transparency/notary.ts';
import { createLoop, type Worker } from './loop.ts';

export interface NotaryDeps {
  readonly notary: Pick<Notary, 'extend' | 'signAll'>;
  /** Pause at the head of the log, milliseconds. */
  readonly followMs: number;
  /** Time between two rounds of signing, milliseconds. */
  readonly signMs: number;
  readonly onError: (error: unknown) => void;
}

/** Grows the tenants' trees with the log, and signs what is new once a second: two loops, so that neither holds the other. */
export const createNotaryWorkers = ({ notary, followMs, signMs, onError }: NotaryDeps): Worker[] => [
  createLoop({
    name: 'notary-trees',
    idleMs: followMs,
    onError,
    round: async () => (await notary.extend()) > 0,
  }),
  createLoop({
    name: 'notary-checkpoints',
    idleMs: signMs,
    onError,
    round: async () => {
      await notary.signAll();
      return false;
    },
  }),
];

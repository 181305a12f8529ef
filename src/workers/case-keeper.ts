import { createLoop, type Worker } from './loop.ts';

export interface CaseKeeperDeps {
  /** Ends at most so many notes and entity links; answers how many. */
  readonly expireEntries: (limit: number) => Promise<number>;
  readonly batchSize: number;
  readonly idleMs: number;
  readonly onError: (error: unknown) => void;
}

/** Destroys the keys of what investigators wrote about something that is erased, or too long ago. */
export const createCaseKeeper = ({ expireEntries, batchSize, idleMs, onError }: CaseKeeperDeps): Worker =>
  createLoop({
    name: 'case-keeper',
    idleMs,
    onError,
    round: async () => (await expireEntries(batchSize)) === batchSize,
  });

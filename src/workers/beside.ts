import type { Worker } from './loop.ts';

/** Two workers as one, by the name of the first: started together, and stopped when both are at rest. */
export const beside = (worker: Worker, other: Worker): Worker => ({
  name: worker.name,
  start: () => {
    worker.start();
    other.start();
  },
  stop: async () => {
    await Promise.all([worker.stop(), other.stop()]);
  },
});

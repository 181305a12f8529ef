export interface Measured {
  /** From when what had failed was there again to when all was served again. */
  readonly recoveredMs: number;
  /** What the history checker has held to the log by then. */
  readonly operations: number;
}

declare module 'vitest' {
  interface TaskMeta {
    /** Comes with the test's result, and from there into the table of docs/reliability.md. */
    measured?: Measured;
  }
}

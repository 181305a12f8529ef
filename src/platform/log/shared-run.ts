/** Shares runs of `work` between callers: each gets one that begins after the call. At most one is under way. */
export function sharedRun<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let waiting: Promise<T> | undefined;
  const begin = (): Promise<T> => {
    waiting = undefined;
    const run = work();
    const ended = (): void => {
      if (running === run) running = undefined;
    };
    running = run;
    run.then(ended, ended);
    return run;
  };
  return () => {
    if (running !== undefined) waiting ??= running.then(begin, begin);
    // Between the end of a run and the beginning of the next, it is the one that waits.
    return waiting ?? begin();
  };
}

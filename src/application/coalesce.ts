interface Waiting<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

export interface CoalesceOptions {
  /** Requests that one run takes at most. */
  readonly most: number;
  /** Runs under way at once; requests that arrive meanwhile share the next. */
  readonly inFlight: number;
}

/**
 * Makes one run out of requests that arrive together: a lone request runs at once, those that come while runs are under
 * way wait and share the next one. `run` answers in the order of its requests; when it fails, each of them fails.
 */
export function coalesce<Request, Result>(
  run: (requests: readonly Request[]) => Promise<readonly Result[]>,
  { most, inFlight }: CoalesceOptions,
): (request: Request) => Promise<Result> {
  let queue: Waiting<Request, Result>[] = [];
  let running = 0;
  let isScheduled = false;

  const settle = async (batch: readonly Waiting<Request, Result>[]): Promise<void> => {
    try {
      const results = await run(batch.map(({ request }) => request));
      batch.forEach(({ resolve }, index) => resolve(results[index] as Result));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      running--;
      schedule();
    }
  };

  const start = (): void => {
    isScheduled = false;
    while (queue.length > 0 && running < inFlight) {
      const batch = queue.slice(0, most);
      queue = queue.slice(most);
      running++;
      void settle(batch);
    }
  };

  // After the poll phase of the event loop: requests that were received together are answered together.
  const schedule = (): void => {
    if (isScheduled || queue.length === 0 || running >= inFlight) return;
    isScheduled = true;
    setImmediate(start);
  };

  return request =>
    new Promise<Result>((resolve, reject) => {
      queue.push({ request, resolve, reject });
      schedule();
    });
}

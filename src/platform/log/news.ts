export type Warn = (message: string, error: unknown) => void;

/** What makes a subscription look again. A hint only: what it misses here it finds by polling. */
export interface News {
  /** Counts the news so far; take it before reading. */
  version(): number;
  /** Resolves at news after `version`, after 250 ms, or on abort, whichever is first. */
  changed(version: number, signal: AbortSignal): Promise<void>;
}

export interface Announcements extends News {
  announce(): void;
  /** From now on nobody waits. */
  end(): void;
}

const POLL_MS = 250;

/** News that are passed on to whoever waits for them. */
export function createAnnouncements(): Announcements {
  const waiters = new Set<() => void>();
  let current = 0;
  let isEnded = false;
  const announce = (): void => {
    current++;
    for (const wake of waiters) wake();
  };
  return {
    announce,
    version: () => current,
    changed: (version, signal) => {
      if (current !== version || signal.aborted || isEnded) return Promise.resolve();
      return new Promise(resolve => {
        const wake = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', wake);
          waiters.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, POLL_MS);
        signal.addEventListener('abort', wake);
        waiters.add(wake);
      });
    },
    end: () => {
      isEnded = true;
      announce();
    },
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const CODES = { SIGINT: 130, SIGTERM: 143 } as const;

type Signal = (typeof SIGNALS)[number];
type Handler = (signal: Signal) => void;

/** What a shell shows for a command that a signal ended. */
export const exitCodeOf = (signal: Signal): number => CODES[signal];

/** A signal that nobody listens for skips the exit hooks: the embedded server would live on, and the cursor stay hidden. */
const exitAtOnce: Handler = signal => process.exit(exitCodeOf(signal));

/** Until `takeSignals`, Ctrl-C and SIGTERM break a command off; whatever is cut off can be resumed. */
export function exitOnSignals(): void {
  for (const signal of SIGNALS) process.on(signal, exitAtOnce);
}

/** Hands the first Ctrl-C or SIGTERM to `handler`, and nothing more: it ends the process. */
export function takeSignals(handler: Handler): void {
  let taken = false;
  const once: Handler = signal => {
    if (taken) return;
    taken = true;
    handler(signal);
  };
  for (const signal of SIGNALS) {
    process.removeListener(signal, exitAtOnce);
    process.on(signal, once);
  }
}

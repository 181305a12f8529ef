import pg from 'pg';

export const LOG_CHANNEL = 'lethe_log';
const POLL_MS = 250;
const RECONNECT_MS = 250;

export type Warn = (message: string, error: unknown) => void;

/** Tells subscribers when to look again. A hint only: what they miss here they find by polling. */
export interface Tail {
  /** Counts the news so far; take it before reading. */
  version(): number;
  /** Resolves at news after `version`, after 250 ms, or on abort, whichever is first. */
  changed(version: number, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

interface State {
  version: number;
  isClosed: boolean;
  client: pg.Client | undefined;
  timer: NodeJS.Timeout | undefined;
  readonly waiters: Set<() => void>;
}

function announce(state: State): void {
  state.version++;
  for (const wake of state.waiters) wake();
}

function wait(state: State, version: number, signal: AbortSignal): Promise<void> {
  if (state.version !== version || signal.aborted || state.isClosed) return Promise.resolve();
  return new Promise(resolve => {
    const wake = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      state.waiters.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, POLL_MS);
    signal.addEventListener('abort', wake);
    state.waiters.add(wake);
  });
}

/** Listens on a connection of its own, made anew whenever it ends. */
async function listen(state: State, connectionString: string, warn: Warn): Promise<void> {
  const client = new pg.Client({ connectionString, application_name: 'lethe-log-tail', keepAlive: true });
  state.client = client;
  client.on('error', error => warn('the log tail lost its connection and falls back to polling', error));
  client.on('notification', () => announce(state));
  client.once('end', () => {
    if (state.isClosed) return;
    state.timer = setTimeout(() => void listen(state, connectionString, warn), RECONNECT_MS);
  });
  try {
    await client.connect();
    await client.query(`listen ${LOG_CHANNEL}`);
    announce(state);
  } catch (error) {
    warn('the log tail cannot listen and falls back to polling', error);
    await client.end().catch(() => undefined);
  }
}

/** Connects when the first subscriber waits; a log that nobody follows costs no connection. */
export function createTail(connectionString: string, warn: Warn): Tail {
  const state: State = {
    version: 0,
    isClosed: false,
    client: undefined,
    timer: undefined,
    waiters: new Set(),
  };
  return {
    version: () => state.version,
    changed: (version, signal) => {
      if (state.client === undefined && !state.isClosed) void listen(state, connectionString, warn);
      return wait(state, version, signal);
    },
    close: async () => {
      state.isClosed = true;
      clearTimeout(state.timer);
      announce(state);
      await state.client?.end().catch(() => undefined);
    },
  };
}

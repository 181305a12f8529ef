import pg from 'pg';

const RECONNECT_MS = 250;

export interface ListenerOptions {
  readonly connectionString: string;
  readonly channel: string;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Told at every beginning: what was said before is lost. */
  readonly onListening: () => void;
  readonly onMessage: (payload: string) => void;
  readonly onLost: (error: unknown) => void;
}

export interface Listener {
  close(): Promise<void>;
}

/** Listens on a connection of its own, made anew whenever it ends. */
export function startListener(options: ListenerOptions): Listener {
  const { connectionString, channel, applicationName, onListening, onMessage, onLost } = options;
  let isClosed = false;
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;

  const listen = async (): Promise<void> => {
    const next = new pg.Client({ connectionString, application_name: applicationName, keepAlive: true });
    client = next;
    next.on('error', onLost);
    next.on('notification', ({ payload = '' }) => onMessage(payload));
    next.once('end', () => {
      if (!isClosed) timer = setTimeout(() => void listen(), RECONNECT_MS);
    });
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
      onListening();
    } catch (error) {
      onLost(error);
      await next.end().catch(() => undefined);
    }
  };
  void listen();

  return {
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await client?.end().catch(() => undefined);
    },
  };
}

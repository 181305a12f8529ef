import { createAnnouncements, type News, type Warn } from '../log/news.ts';
import { startListener, type Listener } from './listener.ts';

export const LOG_CHANNEL = 'lethe_log';

/** Hears of appends from the server. */
export interface Tail extends News {
  close(): Promise<void>;
}

/** Connects when the first subscriber waits; a log that nobody follows costs no connection. */
export function createTail(connectionString: string, warn: Warn): Tail {
  const news = createAnnouncements();
  let listener: Listener | undefined;
  let isClosed = false;
  const listen = (): Listener =>
    startListener({
      ...{ connectionString, channel: LOG_CHANNEL, applicationName: 'lethe-log-tail' },
      onListening: () => news.announce(),
      onMessage: () => news.announce(),
      onLost: error => warn('the log tail has lost its connection and falls back to polling', error),
    });
  return {
    version: () => news.version(),
    changed: (version, signal) => {
      if (!isClosed) listener ??= listen();
      return news.changed(version, signal);
    },
    close: async () => {
      isClosed = true;
      news.end();
      await listener?.close();
    },
  };
}

import type { Pool } from 'pg';
import { startListener } from './listener.ts';

const CHANNEL = 'lethe_bulletin';

/**
 * Tells all processes on the database, the own included, something that is worth hearing now and nothing later: what is
 * told while a process does not listen, it never hears. Nothing personal is told.
 */
export interface Bulletin {
  /** A message has at most some 7,900 bytes; a topic is one word. */
  tell(topic: string, messages: readonly string[]): void;
  hear(topic: string, listener: (message: string) => void): void;
  close(): Promise<void>;
}

export interface BulletinOptions {
  readonly connectionString: string;
  readonly writer: Pool;
  readonly onError: (error: unknown) => void;
}

/** By NOTIFY, heard on a connection of its own. */
export function createPostgresBulletin({ connectionString, writer, onError }: BulletinOptions): Bulletin {
  const listeners = new Map<string, (message: string) => void>();
  const listener = startListener({
    ...{ connectionString, channel: CHANNEL, applicationName: 'lethe-bulletin', onLost: onError },
    onListening: () => undefined,
    onMessage: payload => {
      const space = payload.indexOf(' ');
      listeners.get(payload.slice(0, space))?.(payload.slice(space + 1));
    },
  });
  return {
    tell: (topic, messages) => {
      const payloads = messages.map(message => `${topic} ${message}`);
      const sql = 'select pg_notify($1, payload) from unnest($2::text[]) payload';
      writer.query(sql, [CHANNEL, payloads]).catch(onError);
    },
    hear: (topic, hear) => void listeners.set(topic, hear),
    close: () => listener.close(),
  };
}

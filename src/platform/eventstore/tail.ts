import { END } from '@eventstore/db-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAnnouncements, type Announcements, type News, type Warn } from '../log/news.ts';
import type { Connection } from './connection.ts';

const RECONNECT_MS = 250;

export interface Tail extends News {
  /** This process has appended. */
  announce(): void;
  close(): void;
}

interface Following {
  readonly connection: Connection;
  readonly stream: string;
  readonly news: Announcements;
  readonly warn: Warn;
  readonly signal: AbortSignal;
}

async function listen({ connection, stream, news, signal }: Following): Promise<void> {
  const subscription = connection.client().subscribeToStream(stream, { fromRevision: END });
  const end = (): void => void subscription.unsubscribe().catch(() => undefined);
  // An error that comes after the loop has ended would end the process.
  subscription.on('error', () => undefined);
  subscription.on('confirmation', () => news.announce());
  signal.addEventListener('abort', end);
  try {
    for await (const { event } of subscription) if (event !== undefined) news.announce();
  } finally {
    signal.removeEventListener('abort', end);
  }
}

async function follow(following: Following): Promise<void> {
  const { warn, signal } = following;
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    try {
      await listen(following);
    } catch (error) {
      if (!isOver()) warn('the log tail lost its subscription and falls back to polling', error);
    }
    await sleep(RECONNECT_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** One live subscription for all who follow the log here, made anew whenever it ends; none while nobody waits. */
export function createTail(connection: Connection, stream: string, warn: Warn): Tail {
  const news = createAnnouncements();
  const stop = new AbortController();
  let isFollowing = false;
  return {
    version: () => news.version(),
    changed: (version, signal) => {
      if (!isFollowing) void follow({ connection, stream, news, warn, signal: stop.signal });
      isFollowing = true;
      return news.changed(version, signal);
    },
    announce: () => news.announce(),
    close: () => {
      stop.abort();
      news.end();
    },
  };
}

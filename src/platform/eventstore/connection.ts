import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreDBClient } from '@eventstore/db-client';
import type { Secret } from '../../domain/secret.ts';
import { logUnavailable } from '../log/unavailable.ts';
import { isPassing, meaningOf } from './failures.ts';

const FIRST_DELAY_MS = 25;
const LONGEST_DELAY_MS = 1_000;

export interface Connection {
  /**
   * Runs a request until it is answered, with a client that is replaced where it has stopped answering: requests must be
   * safe to repeat. Throws LetheError `log-unavailable` when the time is up or access is denied, `log-damaged` where the stream
   * has been deleted, and the client's error for any other answer.
   */
  request<T>(what: string, run: (client: EventStoreDBClient) => Promise<T>): Promise<T>;
  /** For what lives longer than a request. */
  client(): EventStoreDBClient;
  close(): Promise<void>;
}

export interface Patience {
  /** How long one attempt may take, milliseconds. */
  readonly attemptMs: number;
  /** When no further attempt is begun, milliseconds. */
  readonly requestMs: number;
}

const PATIENCE: Patience = { attemptMs: 10_000, requestMs: 20_000 };

class AttemptTimeout extends Error {}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(() => timeout.reject(new AttemptTimeout('no answer in time')), milliseconds);
  try {
    return await Promise.race([work, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Delays double up to a second; by chance shorter, so that processes that failed together do not return together. */
const delay = (attempt: number): Promise<void> =>
  sleep(Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt) * (0.5 + Math.random() / 2));

/** To a server or cluster. The client follows the leader and reconnects by itself; what it cannot mend is begun anew. */
export function connectTo(url: Secret, patience = PATIENCE): Connection {
  const connect = (): EventStoreDBClient =>
    EventStoreDBClient.connectionString(url.reveal().toString('utf8'));
  let current = connect();
  let isClosed = false;
  const replace = (silent: EventStoreDBClient): void => {
    if (current !== silent || isClosed) return;
    current = connect();
    void silent.dispose();
  };
  return {
    client: () => current,
    request: async (what, run) => {
      const end = performance.now() + patience.requestMs;
      for (let attempt = 0; ; attempt++) {
        const client = current;
        try {
          return await within(patience.attemptMs, run(client));
        } catch (error) {
          if (!isPassing(error)) throw meaningOf(error);
          if (error instanceof AttemptTimeout) replace(client);
          if (isClosed || performance.now() >= end)
            throw logUnavailable(`the log does not answer: ${what}`, error);
          await delay(attempt);
        }
      }
    },
    close: async () => {
      isClosed = true;
      await current.dispose();
    },
  };
}

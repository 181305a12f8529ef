import type { Pool } from 'pg';
import type { AppendResult, EventLog, Expectation, NewEvent } from '../../domain/ports/event-log.ts';
import { logUnavailable } from '../log/unavailable.ts';
import { flush } from './flush.ts';
import { createGroupCommit, type GroupCommit } from '../log/group-commit.ts';
import { pendingAppend } from '../log/pending-append.ts';
import { readAll, readAt, readByIdentity, readHead, readNow, readStream } from './read-events.ts';
import { readLeaves } from './read-leaves.ts';
import { subscribe } from '../log/subscribe.ts';
import type { Warn } from '../log/news.ts';
import { createTail } from './tail.ts';

export interface PostgresEventLogOptions {
  /** From `createPool`, of the role `lethe_writer`, three connections at least; the caller ends it after `close`. */
  readonly writer: Pool;
  /** For the connection that listens. */
  readonly connectionString: string;
  /** Told when a connection is lost and found again. */
  readonly warn?: Warn;
}

export interface PostgresEventLog extends EventLog {
  /** Waits for the appends under way, refuses new ones with `log-unavailable`, stops listening. */
  close(): Promise<void>;
}

function submit(
  commits: GroupCommit,
  events: readonly NewEvent[],
  expectations: readonly Expectation[],
): Promise<AppendResult> {
  return new Promise((resolve, reject) => {
    commits.submit(pendingAppend(events, expectations, { resolve, reject }));
  });
}

/** The log in PostgreSQL: `log.append` holds the guarantees of the port, this process coalesces what calls it. */
export function createPostgresEventLog(options: PostgresEventLogOptions): PostgresEventLog {
  const { writer, connectionString, warn = () => undefined } = options;
  const commits = createGroupCommit(batch => flush(writer, batch));
  const tail = createTail(connectionString, warn);
  const read: EventLog['readAll'] = (after, limit, how) => readAll(writer, after, limit, how);
  let isClosed = false;
  return {
    append: async (events, expectations = []) => {
      if (isClosed) throw logUnavailable('the log is closed', undefined);
      if (events.length === 0 && expectations.length === 0) return { status: 'appended', positions: [] };
      return submit(commits, events, expectations);
    },
    readStream: (tenant, stream, after = -1) => readStream(writer, tenant, stream, after),
    readAll: read,
    readLeaves: (after, limit) => readLeaves(writer, after, limit),
    readAt: (positions, how) => readAt(writer, positions, how),
    readByIdentity: (tenant, identities) => readByIdentity(writer, tenant, identities),
    head: () => readHead(writer),
    now: () => readNow(writer),
    subscribe: (after, how) => subscribe(read, tail, warn, after, how),
    close: async () => {
      isClosed = true;
      await commits.drained();
      await tail.close();
    },
  };
}

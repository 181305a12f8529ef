import type { Pool } from 'pg';
import type {
  EventLog,
  NewEvent,
  Expectation,
  AppendResult,
  StoredEvent,
} from '../../domain/ports/event-log.ts';
import type { Secret } from '../../domain/secret.ts';
import { createGroupCommit, type GroupCommit } from '../log/group-commit.ts';
import type { Warn } from '../log/news.ts';
import { pendingAppend } from '../log/pending-append.ts';
import { subscribe } from '../log/subscribe.ts';
import { logUnavailable } from '../log/unavailable.ts';
import { createCatchUp } from './catch-up.ts';
import { createLogClock } from './clock.ts';
import { connectTo, type Patience } from './connection.ts';
import { flush } from './flush.ts';
import { holdIndexToLog } from './index-owner.ts';
import { createIndexedReads } from './indexed-reads.ts';
import { leavesOf } from './leaves.ts';
import { createLogIndex } from './log-index.ts';
import { readLast } from './read-range.ts';
import { createReads } from './reads.ts';
import { createTail } from './tail.ts';

export interface EventStoreLogOptions {
  readonly url: Secret;
  /** The one stream that holds the log. */
  readonly stream: string;
  /** From `createPool`, of the role `lethe_writer`: the index is there. The caller ends it after `close`. */
  readonly writer: Pool;
  /** Told when a connection is lost and found again. */
  readonly warn?: Warn;
  readonly patience?: Patience;
}

export interface EventStoreLog extends EventLog {
  /** Waits for the appends under way, refuses new ones with `log-unavailable`, stops listening. */
  close(): Promise<void>;
}

/** What is put together fits into an append of a server that nobody has configured (1 MiB), identifiers included. */
const LIMITS = { events: 1_000, bytes: 512 * 1024, inFlight: 1 };

function submit(
  commits: GroupCommit,
  events: readonly NewEvent[],
  expectations: readonly Expectation[],
): Promise<AppendResult> {
  return new Promise((resolve, reject) => {
    commits.submit(pendingAppend(events, expectations, { resolve, reject }));
  });
}

const withoutSealed = (events: readonly StoredEvent[]): StoredEvent[] =>
  events.map(event => ({ ...event, sealed: null }));

/**
 * The log in EventStoreDB or KurrentDB: one stream, in which an event's position is its revision + 1 (docs/decisions/0017). Throws
 * LetheError `log-unavailable` while the store or the index does not answer, `log-damaged` for what Lethe has not written.
 */
export async function openEventStoreLog(options: EventStoreLogOptions): Promise<EventStoreLog> {
  const { url, stream, writer, warn = () => undefined } = options;
  const connection = connectTo(url, options.patience);
  const index = createLogIndex(writer);
  const deps = { connection, stream, index };
  await holdIndexToLog(deps, warn).catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  const catchUp = createCatchUp(deps);
  const tail = createTail(connection, stream, warn);
  const flushing = { ...deps, catchUp, warn, onAppended: () => tail.announce() };
  const commits = createGroupCommit(batch => flush(flushing, batch), LIMITS);
  const reads = createReads(connection, stream);
  const read: EventLog['readAll'] = async (after, limit, how) => {
    const events = await reads.range(after, limit);
    return how?.withoutSealed === true ? withoutSealed(events) : events;
  };
  let isClosed = false;
  return {
    ...createIndexedReads({ index, catchUp, reads }),
    append: async (events, expectations = []) => {
      if (isClosed) throw logUnavailable('the log is closed', undefined);
      if (events.length === 0 && expectations.length === 0) return { status: 'appended', positions: [] };
      return submit(commits, events, expectations);
    },
    readAll: read,
    readLeaves: async (after, limit) => leavesOf(await read(after, limit)),
    readAt: async (positions, how) => {
      const events = await reads.at(positions);
      return how?.withoutSealed === true ? withoutSealed(events) : events;
    },
    head: async () => Number((await readLast(connection, stream))?.revision ?? -1n) + 1,
    now: createLogClock(connection, stream),
    subscribe: (after, how) => subscribe(read, tail, warn, after, how),
    close: async () => {
      isClosed = true;
      await commits.drained();
      tail.close();
      await connection.close();
    },
  };
}

import { randomUUID } from 'node:crypto';

export interface Proposed {
  readonly id: string;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

export interface Recorded extends Proposed {
  readonly revision: number;
  /** Milliseconds by the server's clock. */
  readonly created: number;
  /** Place in the transaction log over all streams. */
  readonly commit: number;
}

/** A revision that the stream must have, or what must be true of it otherwise. */
export type Expected = number | 'any' | 'no-stream' | 'stream-exists';

export type Outcome =
  | { readonly status: 'appended'; readonly last: number; readonly commit: number }
  | { readonly status: 'wrong-revision'; readonly actual: number | undefined };

/** By a tombstone, or for want of rights. */
export type Refusal = 'stream-deleted' | 'access-denied';

/** The streams of a server, in memory. */
export interface Streams {
  /** All events or none. The same events at the same expected revision again are acknowledged, not repeated. */
  append(stream: string, expected: Expected, events: readonly Proposed[]): Outcome;
  /** Undefined: there is no such stream. */
  read(stream: string): readonly Recorded[] | undefined;
  /** Resolves at the next append to any stream, or when it is closed. */
  changed(): Promise<void>;
  /** Replaces an event as no client could: somebody is at the server's files. */
  tamper(stream: string, revision: number, changes: Partial<Recorded>): void;
  /** Every request for the stream is refused so from now on, by the server's name for it. */
  refuse(stream: string, exception: Refusal): void;
  refusal(stream: string): Refusal | undefined;
  /** Forgets the end of a stream, as a server does that is restored from a backup. */
  rewind(stream: string, length: number): void;
  wake(): void;
}

export const proposed = (event: Partial<Proposed>): Proposed => ({
  id: randomUUID(),
  type: 'unknown',
  contentType: 'application/octet-stream',
  data: new Uint8Array(),
  metadata: new Uint8Array(),
  ...event,
});

/** -1 for a stream that is not there. */
const revisionOf = (expected: Expected): number => (typeof expected === 'number' ? expected : -1);

function isExpected(expected: Expected, last: number): boolean {
  if (expected === 'any') return true;
  if (expected === 'stream-exists') return last >= 0;
  return revisionOf(expected) === last;
}

/** What the server's documentation calls idempotence: decided by the ids from the expected revision on. */
function isRepeated(stored: readonly Recorded[], expected: Expected, events: readonly Proposed[]): boolean {
  if (expected === 'any' || expected === 'stream-exists' || events.length === 0) return false;
  const first = revisionOf(expected) + 1;
  return events.every((event, at) => stored[first + at]?.id === event.id);
}

export function createStreams(clock: () => number = Date.now): Streams {
  const streams = new Map<string, Recorded[]>();
  const refusals = new Map<string, Refusal>();
  let commit = 0;
  let news = Promise.withResolvers<undefined>();
  const wake = (): void => {
    const { resolve } = news;
    news = Promise.withResolvers();
    resolve(undefined);
  };
  return {
    append: (name, expected, events) => {
      const stored = streams.get(name) ?? [];
      const last = stored.length - 1;
      if (!isExpected(expected, last)) {
        if (!isRepeated(stored, expected, events))
          return { status: 'wrong-revision', actual: last < 0 ? undefined : last };
        return { status: 'appended', last: revisionOf(expected) + events.length, commit };
      }
      const created = clock();
      for (const event of events)
        stored.push({ ...event, revision: stored.length, created, commit: ++commit });
      streams.set(name, stored);
      wake();
      return { status: 'appended', last: stored.length - 1, commit };
    },
    read: name => streams.get(name),
    changed: () => news.promise,
    tamper: (name, revision, changes) => {
      const stored = streams.get(name);
      const event = stored?.[revision];
      if (stored !== undefined && event !== undefined) stored[revision] = { ...event, ...changes };
    },
    refuse: (name, exception) => void refusals.set(name, exception),
    refusal: name => refusals.get(name),
    rewind: (name, length) => void streams.get(name)?.splice(length),
    wake,
  };
}

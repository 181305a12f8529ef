import type { NewLeaves } from '../tlog/grow.ts';

/** An event ready to be stored. `envelope` is the exact bytes that are kept and hashed. */
export interface NewEvent {
  readonly tenant: string;
  readonly stream: string;
  /** CloudEvents identity: (tenant, source, sourceId) is stored at most once, for ever. */
  readonly source: string;
  readonly sourceId: string;
  readonly type: string;
  readonly envelope: Buffer;
  readonly sealed: Buffer | null;
}

export interface StoredEvent extends NewEvent {
  /** 1, 2, 3 … over the whole log, gap-free. */
  readonly position: number;
  /** 0, 1, 2 … within (tenant, stream), gap-free. */
  readonly revision: number;
  /** When the log itself, by its own clock, recorded the event. */
  readonly recordedAt: Date;
}

/** `revision` is the last revision that the caller saw of the stream; -1 says that the stream must not exist. */
export interface Expectation {
  readonly tenant: string;
  readonly stream: string;
  readonly revision: number;
}

export type AppendResult =
  | { readonly status: 'appended'; readonly positions: readonly number[] }
  | { readonly status: 'duplicate'; readonly duplicates: readonly { index: number; position: number }[] }
  | {
      readonly status: 'conflict';
      readonly stream: string;
      readonly expected: number;
      readonly actual: number;
    };

export interface ReadOptions {
  /** Leave the sealed payloads behind: `sealed` is then null on every event. */
  readonly withoutSealed?: boolean;
}

/**
 * The log. Guarantees, which the contract suite holds every adapter to:
 * - Positions follow commit order: once a reader has seen position p, no event at or before p appears later.
 * - `append` takes all its events, in order, or none. `appended` means durable: it survives kill -9 and power loss.
 * - If any identity is already stored, nothing is appended and the answer is `duplicate` with each first position.
 * - If an expected revision does not match, nothing is appended and the answer is `conflict`.
 *   A duplicate is reported before a conflict.
 * - A rejected promise means unknown: the caller may retry with the same identities and will be told `duplicate`
 *   if the first attempt was stored.
 * - Concurrent appends are safe from any number of callers and processes.
 */
export interface EventLog {
  append(events: readonly NewEvent[], expectations?: readonly Expectation[]): Promise<AppendResult>;
  /** Events of one stream, oldest first, with revision > `after` (default -1: all). */
  readStream(tenant: string, stream: string, after?: number): Promise<StoredEvent[]>;
  /** Events with position > `after`, in order, at most `limit`. Empty at the head. */
  readAll(after: number, limit: number, options?: ReadOptions): Promise<StoredEvent[]>;
  /**
   * The leaves of the next events with position > `after`, at most `limit` events, by tenant: hashed where the log is, so
   * that envelopes need not travel. Undefined at the head.
   */
  readLeaves(after: number, limit: number): Promise<LeafBatch | undefined>;
  /** The events at these positions, in order of position; a position that holds none is left out. */
  readAt(positions: readonly number[], options?: ReadOptions): Promise<StoredEvent[]>;
  /** The events stored under these identities, in no particular order; those not stored are absent. */
  readByIdentity(
    tenant: string,
    identities: readonly { source: string; sourceId: string }[],
  ): Promise<StoredEvent[]>;
  /** Position of the newest event, 0 when the log is empty. */
  head(): Promise<number>;
  /** The log's own clock, independent of the caller's. */
  now(): Promise<Date>;
  /**
   * Catches up from `after`, then follows live; batches of at most `batchSize`, in order, none skipped or repeated.
   * Ends when the signal aborts. A consumer that is slow holds the subscription back: nothing is buffered beyond one batch.
   */
  subscribe(after: number, options: SubscribeOptions): AsyncIterable<readonly StoredEvent[]>;
}

/** Events of the log as leaves of their tenants' trees (RFC 6962 §2.1). */
export interface LeafBatch {
  /** Position of the last event. */
  readonly to: number;
  readonly events: number;
  /** When the oldest of them was recorded. */
  readonly oldest: Date;
  readonly tenants: ReadonlyMap<string, NewLeaves>;
}

export interface SubscribeOptions extends ReadOptions {
  readonly batchSize: number;
  readonly signal: AbortSignal;
}

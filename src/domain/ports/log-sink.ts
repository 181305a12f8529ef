import type { StoredEvent } from './event-log.ts';

/**
 * Somewhere that takes the log along. Guarantees, which the worker relies on:
 * - `send` resolves once the receiver answers for the events: a process that dies afterwards loses none.
 * - It takes them in order. A rejection means unknown: the same events may be sent again.
 * - It buffers nothing beyond the call, so that a receiver that is slow holds the sender back.
 */
export interface LogSink {
  /** Keeps its place in the log under this name: changing it sends everything anew. */
  readonly name: string;
  send(events: readonly StoredEvent[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

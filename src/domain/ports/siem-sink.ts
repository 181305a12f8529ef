import type { OcsfEvent } from '../ocsf/ocsf-event.ts';

/**
 * Somewhere that a SIEM takes events from. Guarantees, which the worker relies on:
 * - `send` resolves once the receiver answers for the events: a process that dies afterwards loses none.
 * - It takes them in order. A rejection means unknown: the same events may be sent again, and the receiver tells them
 *   apart by `metadata.uid`.
 * - It buffers nothing beyond the call, so that a receiver that is slow holds the sender back.
 */
export interface SiemSink {
  /** Keeps its place in the log under this name: changing it sends everything anew. */
  readonly name: string;
  /** Rejects with LetheError `siem-unavailable` or `siem-refused`, or when the signal aborts. */
  send(events: readonly OcsfEvent[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

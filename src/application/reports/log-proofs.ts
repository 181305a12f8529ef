import type { Buffer } from 'node:buffer';

/** One leaf of a tenant's tree. */
export interface LogEntry {
  readonly index: number;
  readonly position: number;
  /** The exact stored bytes. */
  readonly envelope: Buffer;
}

export interface SignedCheckpoint {
  readonly origin: string;
  readonly size: number;
  /** Base64 or bytes, as the log gives it. */
  readonly root: Buffer;
  /** The signed note, exact bytes. */
  readonly note: string;
}

/** What reports and certificates ask of the transparency log. */
export interface LogProofs {
  /** Waits until a published checkpoint covers the position; `checkpoint-behind` after the time. */
  covering(tenant: string, position: number, timeoutMs: number): Promise<SignedCheckpoint>;
  /** Leaf index of a log position; undefined where it is none of the tenant's. */
  indexOf(tenant: string, position: number): Promise<number | undefined>;
  /** How many leaves lie at or before a log position. */
  sizeAt(tenant: string, position: number): Promise<number>;
  inclusion(tenant: string, index: number, size: number): Promise<Buffer[]>;
  /** Proof of the leaves [from, to) in a tree of `size`. */
  rangeProof(
    tenant: string,
    from: number,
    to: number,
    size: number,
  ): Promise<{ readonly left: readonly Buffer[]; readonly right: readonly Buffer[] }>;
  /** Leaves [from, to) in order, in batches. */
  entries(tenant: string, from: number, to: number): AsyncIterable<readonly LogEntry[]>;
  /** Signed note over a text under the key of the tenant's log. */
  signText(tenant: string, text: string): string;
}

import type { Buffer } from 'node:buffer';
import type { Checkpoint } from '../tlog/checkpoint.ts';
import type { NoteSigner, VerifierKey } from '../tlog/keys.ts';
import type { LeaseCheck } from './leases.ts';

/** The keys that a cell signs its tenants' logs with: one Ed25519 key, under each log's origin as its name. */
export interface LogKeys {
  /**
   * `<cell>/<tenant>`, and `/<generation>` from the second on: the first line of every checkpoint, and the name of the key.
   */
  signer(tenant: string): NoteSigner;
}

/**
 * The newest signed checkpoint of each tenant, kept outside the database: what the notary may never contradict, and what
 * a restored database is held against. Guarantees:
 * - `keep` resolves when the note survives power loss; a crash in the middle leaves the earlier one whole. `check` is asked
 *   last: whoever fails it, or is frozen after it while another process keeps a newer note, replaces nothing.
 * - A refusal survives restarts and stands until somebody removes its file.
 */
export interface CheckpointKeeper {
  /** The signed note, exact bytes. */
  read(tenant: string): Promise<string | undefined>;
  keep(tenant: string, note: string, check: LeaseCheck): Promise<void>;
  /** Every tenant with a kept checkpoint. */
  tenants(): Promise<string[]>;
  /** 1, and one more for each checkpoint that was abandoned. */
  generation(tenant: string): number;
  /**
   * Puts the kept checkpoint aside, for good, which begins the tenant's next generation: what is signed from then on has
   * another name, and need not extend it.
   */
  abandon(tenant: string): Promise<void>;
  /** Puts down for good that the tree contradicts what was signed. */
  refuse(tenant: string, reason: string): Promise<void>;
  /** Why nothing is signed for the tenant any more. */
  refusal(tenant: string): Promise<string | undefined>;
}

export interface CosignRequest {
  /** Size that the witness is believed to have cosigned last, 0 for none. */
  readonly old: number;
  readonly proof: readonly Buffer[];
  readonly checkpoint: Checkpoint;
  /** Signed by the log. */
  readonly note: string;
}

/** conflict: the witness last cosigned `size` leaves, not `old`. */
export type CosignAnswer =
  | { readonly status: 'cosigned'; readonly lines: readonly string[] }
  | { readonly status: 'conflict'; readonly size: number };

/** Somebody else who remembers what the log has shown (C2SP tlog-witness). What it answers is not verified here. */
export interface Witness {
  readonly key: VerifierKey;
  /** Throws `witness-unavailable`: no answer in time, or a refusal. */
  addCheckpoint(request: CosignRequest): Promise<CosignAnswer>;
}

/** Work that one process of a cell may do at a time. */
export interface Lease {
  /** Runs the work if no other process holds the lease; answers whether it ran. */
  hold(work: (check: LeaseCheck) => Promise<void>): Promise<boolean>;
}

import type { Buffer } from 'node:buffer';
import { LetheError } from '../errors.ts';
import { openCheckpoint, type OpenedCheckpoint } from '../tlog/checkpoint.ts';
import { parseVerifierKey, type VerifierKey } from '../tlog/keys.ts';
import type { TreeHead } from '../merkle/verify.ts';
import type { KeptCheckpoint } from './older-checkpoints.ts';

/** What the auditor brings: nothing of it comes from the party that is audited by way of the bundle. */
export interface Pins {
  /** Of the tenant's log. */
  readonly key: VerifierKey;
  /** Kept from earlier, by what names they are to be called. */
  readonly older: readonly KeptCheckpoint[];
  readonly witnesses: readonly VerifierKey[];
  /** How many of the witnesses have to have cosigned. */
  readonly quorum: number;
  readonly consistency: readonly ConsistencyProof[];
}

/** A proof that the auditor fetched: from one size of the log to another. */
export interface ConsistencyProof {
  readonly from: number;
  readonly to: number;
  readonly proof: readonly Buffer[];
}

export interface PinTexts {
  readonly key: string;
  readonly older?: readonly { readonly name: string; readonly note: Buffer }[];
  readonly witnesses?: readonly string[];
  /** All of the witnesses where absent. */
  readonly quorum?: number | undefined;
  readonly consistency?: readonly ConsistencyProof[];
}

/**
 * Reads what the auditor gave. Throws LetheError `verifier-key-invalid`, `quorum-invalid`, or `checkpoint-invalid` for a kept
 * checkpoint that the pinned key did not sign: a fault of the invocation, not of the bundle.
 */
export function readPins({ key, older = [], witnesses = [], quorum, consistency = [] }: PinTexts): Pins {
  const pinned = parseVerifierKey(key);
  if (pinned.algorithm !== 'ed25519') {
    throw new LetheError('verifier-key-invalid', 'this is the key of a witness, not of a log');
  }
  const keys = witnesses.map(parseWitness);
  const needed = quorum ?? keys.length;
  if (needed > keys.length) {
    throw new LetheError(
      'quorum-invalid',
      `a quorum of ${needed} needs as many witnesses; ${keys.length} are given`,
    );
  }
  return {
    key: pinned,
    older: older.map(({ name, note }) => keep(name, note, pinned)),
    witnesses: keys,
    quorum: needed,
    consistency,
  };
}

function parseWitness(text: string): VerifierKey {
  const key = parseVerifierKey(text);
  if (key.algorithm === 'cosignature/v1') return key;
  throw new LetheError('verifier-key-invalid', 'a witness has a key for cosignatures (algorithm 4)');
}

function keep(name: string, note: Buffer, key: VerifierKey): KeptCheckpoint {
  try {
    const { size, root }: TreeHead = openCheckpoint(note, key);
    return { name, size, root };
  } catch (error) {
    if (!(error instanceof LetheError)) throw error;
    throw new LetheError('checkpoint-invalid', `${name}: ${error.message}`, { cause: error });
  }
}

/** A checkpoint that comes with what is verified: a LetheError is returned, for the finding. */
export function openWith(pins: Pins, note: string | Buffer): OpenedCheckpoint | LetheError {
  try {
    return openCheckpoint(note, pins.key, pins.witnesses);
  } catch (error) {
    if (error instanceof LetheError) return error;
    throw error;
  }
}

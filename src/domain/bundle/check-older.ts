import type { Buffer } from 'node:buffer';
import { LetheError } from '../errors.ts';
import type { TreeHead } from '../merkle/verify.ts';
import { verifyConsistency } from '../merkle/verify.ts';
import type { Findings } from './findings.ts';
import type { KeptCheckpoint, OlderCheckpoints } from './older-checkpoints.ts';
import type { ConsistencyProof, Pins } from './pins.ts';
import type { Checks } from './verification.ts';

/**
 * Settles what the events themselves have not shown: the same size, or a consistency proof that the auditor brought.
 * Adds a finding for each checkpoint that cannot be compared: what was asked for and not done is no success.
 */
export function checkOlder(
  older: OlderCheckpoints,
  head: TreeHead,
  part: string,
  { pins: { consistency }, findings, checks }: Report,
): void {
  if (older.names.length === 0) {
    checks.skipped(
      'older-checkpoints',
      'none was given with --checkpoint: the log may have been rewritten as a whole',
    );
    return;
  }
  for (const kept of older.unsettled) {
    if (kept.size === 0) older.settle(kept, true);
    else if (kept.size === head.size) older.settle(kept, kept.root.equals(head.root));
    else compareByProof(kept, head, consistency, { older, part, findings });
  }
  older.report(part, findings);
  checks.made(
    'older-checkpoints',
    `the log continues ${older.names.join(', ')}: nothing signed then has changed since`,
  );
}

interface Report {
  readonly pins: Pins;
  readonly findings: Findings;
  readonly checks: Checks;
}

interface Outcome {
  readonly older: OlderCheckpoints;
  readonly part: string;
  readonly findings: Findings;
}

function compareByProof(
  kept: KeptCheckpoint,
  head: TreeHead,
  proofs: readonly ConsistencyProof[],
  { older, part, findings }: Outcome,
): void {
  const [from, to] = kept.size < head.size ? [kept, head] : [head, kept];
  const found = proofs.find(proof => proof.from === from.size && proof.to === to.size);
  if (found === undefined) {
    findings.add(part, 'older-checkpoint-uncheckable', uncheckable(kept, head));
    return;
  }
  const reason = refusalOf(from, to, found.proof);
  if (reason === undefined) older.settle(kept, true);
  else {
    const message = `${kept.name} is not shown to be the same log: the consistency proof fails (${reason})`;
    findings.add(part, 'consistency-proof-invalid', message);
  }
}

function refusalOf(from: TreeHead, to: TreeHead, proof: readonly Buffer[]): string | undefined {
  try {
    verifyConsistency({ from, to, proof });
    return undefined;
  } catch (error) {
    if (error instanceof LetheError) return error.message;
    throw error;
  }
}

function uncheckable(kept: KeptCheckpoint, head: TreeHead): string {
  const [from, to] = [Math.min(kept.size, head.size), Math.max(kept.size, head.size)];
  const age = kept.size > head.size ? 'is newer than this log, which may have been cut back' : 'is older';
  return (
    `${kept.name} (${kept.size} events) ${age}, and the events at hand do not lead from one to the other: ` +
    `fetch the log's consistency proof from ${from} to ${to} and pass it with --consistency`
  );
}

import { Buffer } from 'node:buffer';
import { Frontier } from '../merkle/frontier.ts';
import { leafHash } from '../merkle/hash.ts';
import { rangeNodes } from '../merkle/nodes.ts';
import { MOST_ENVELOPE_BYTES } from './envelope-line.ts';
import type { Findings } from './findings.ts';
import { linesOf } from './lines.ts';
import { reportLineFault, type LogEvents } from './log-events.ts';
import { BUNDLE_PATHS, type BundleManifest, type RangeProof } from './manifest.ts';
import type { OlderCheckpoints } from './older-checkpoints.ts';

const ENTRIES = BUNDLE_PATHS.entries;
const PROOF = BUNDLE_PATHS.rangeProof;

export interface RangeToFold {
  readonly log: BundleManifest['log'];
  readonly proof: RangeProof;
  /** Bytes of log/entries.ndjson. */
  readonly entries: AsyncIterable<Buffer>;
  readonly events: LogEvents;
  readonly older: OlderCheckpoints;
}

/** That the proof is of the range that the manifest claims, and has a hash for every node that it needs. */
export function checkRangeProof(manifest: BundleManifest, proof: RangeProof, findings: Findings): boolean {
  const { log, period } = manifest;
  const { from, to, size } = proof;
  const wrong = (message: string): void => findings.add(PROOF, 'range-proof-invalid', message);
  if (from > to || to > size) {
    wrong(`leaves ${from} to ${to} are no range of a log of ${size}`);
    return false;
  }
  if (from !== log.range?.from || to !== log.range.to || size !== log.size) {
    wrong(`is of leaves [${from}, ${to}) of ${size}, not of those that the manifest claims`);
  }
  // Of a period without an event there is nothing to show, at whatever leaf.
  const isEmpty = from === to && (period.from ?? period.to) !== undefined;
  if (period.from === undefined && from > 0 && !isEmpty) {
    wrong(`the bundle claims to reach back to the beginning, but leaves out the first ${from} events`);
  }
  const nodes = rangeNodes(from, to, size);
  const isWhole = nodes.left.length === proof.left.length && nodes.right.length === proof.right.length;
  if (!isWhole) wrong('has not the number of hashes that this range needs');
  return isWhole;
}

/**
 * Folds every line, with the proof's nodes on both sides, to the root of the log: equal roots prove that the lines are
 * leaves [from, to), each and in order, with none left out. Constant memory but for what `events` keeps.
 */
export async function foldRange(range: RangeToFold, findings: Findings): Promise<void> {
  const { log, proof, entries, events, older } = range;
  const { left, right } = rangeNodes(proof.from, proof.to, proof.size);
  const frontier = new Frontier();
  const compare = (): void => older.at(frontier.size, () => frontier.root());
  const append = (levels: readonly { readonly level: number }[], hashes: readonly string[]): void => {
    for (const [at, { level }] of levels.entries()) {
      frontier.appendSubtree(level, Buffer.from(hashes[at] ?? '', 'base64'));
      compare();
    }
  };
  append(left, proof.left);
  const onFault = reportLineFault(ENTRIES, findings);
  for await (const lines of linesOf(entries, MOST_ENVELOPE_BYTES, onFault)) {
    for (const line of lines) {
      events.add(line, frontier.size);
      frontier.append(leafHash(line));
      if (frontier.size >= older.nextSize) compare();
    }
  }
  if (!hasRightCount(range, findings)) return;
  append(right, proof.right);
  if (!frontier.root().equals(Buffer.from(log.root, 'base64'))) {
    const message =
      `does not fold to the root of the log: among leaves ${proof.from} to ${proof.to - 1} something was changed, ` +
      'dropped, added or moved, or the hashes beside them were';
    findings.add(ENTRIES, 'root-differs', message, { leaf: proof.from });
  }
}

function hasRightCount({ log, proof, events }: RangeToFold, findings: Findings): boolean {
  const expected = proof.to - proof.from;
  if (events.count === expected && expected === log.events) return true;
  const message = `has ${events.count} lines; the range is of ${expected} events, the manifest claims ${log.events}`;
  findings.add(ENTRIES, 'entry-count-differs', message);
  return events.count === expected;
}

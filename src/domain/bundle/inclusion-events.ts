import { Buffer } from 'node:buffer';
import { LetheError } from '../errors.ts';
import { leafHash } from '../merkle/hash.ts';
import { verifyInclusion } from '../merkle/verify.ts';
import { MOST_ENVELOPE_BYTES } from './envelope-line.ts';
import type { Findings } from './findings.ts';
import { linesOf, type LineFault } from './lines.ts';
import { reportLineFault, type LogEvents } from './log-events.ts';
import { BUNDLE_PATHS, inclusionLine, type BundleManifest, type InclusionLine } from './manifest.ts';
import { parseJson } from './strict-json.ts';

const ENTRIES = BUNDLE_PATHS.entries;
const PROOFS = BUNDLE_PATHS.inclusion;
/** 64 hashes in Base64, and their index. */
const MOST_PROOF_BYTES = 4_096;

export interface InclusionToCheck {
  readonly log: BundleManifest['log'];
  readonly entries: AsyncIterable<Buffer>;
  readonly proofs: AsyncIterable<Buffer>;
  readonly events: LogEvents;
}

/** Proves each line by the line of the same number: it is in the log, at that leaf. Leaves ascend, so none comes twice. */
export async function checkInclusions(toCheck: InclusionToCheck, findings: Findings): Promise<void> {
  const { log, events } = toCheck;
  const root = Buffer.from(log.root, 'base64');
  const onFault = reportLineFault(PROOFS, findings, 'inclusion-malformed');
  const proofs = singly(toCheck.proofs, MOST_PROOF_BYTES, onFault);
  let [last, unproven] = [-1, 0];
  for await (const line of singly(toCheck.entries, MOST_ENVELOPE_BYTES, reportLineFault(ENTRIES, findings))) {
    const next = await proofs.next();
    // Read to the end all the same: what nobody reads, nobody hashes.
    if (next.done === true) {
      unproven++;
      continue;
    }
    const place = { line: events.count + 1 };
    const proof = parseProof(next.value);
    const hash = leafHash(line);
    events.add(line, proof?.index ?? -1);
    if (proof === undefined) {
      findings.add(PROOFS, 'inclusion-malformed', 'is not {index, proof}', place);
      continue;
    }
    const { index } = proof;
    const at = { ...place, leaf: index };
    if (index <= last)
      findings.add(PROOFS, 'inclusion-out-of-order', `leaf ${index} comes after leaf ${last}`, at);
    last = index;
    const reason = refusal(proof, hash, log.size, root);
    if (reason !== undefined) {
      findings.add(
        ENTRIES,
        'inclusion-proof-invalid',
        `is not shown to be leaf ${index} of the log: ${reason}`,
        at,
      );
    }
  }
  if (unproven > 0)
    findings.add(ENTRIES, 'inclusion-count-differs', `has ${unproven} more lines than ${PROOFS}`);
  await checkCounts(toCheck, proofs, findings);
}

async function checkCounts(
  { log, events }: InclusionToCheck,
  proofs: AsyncGenerator<Buffer>,
  findings: Findings,
): Promise<void> {
  let more = 0;
  while ((await proofs.next()).done !== true) more++;
  if (more > 0) findings.add(PROOFS, 'inclusion-count-differs', `has ${more} more lines than ${ENTRIES}`);
  if (events.count !== log.events) {
    const message = `${events.count} lines have a proof, the manifest claims ${log.events} events`;
    findings.add(ENTRIES, 'entry-count-differs', message);
  }
}

/** Why a leaf is not in the tree; undefined where it is. */
export function refusal(
  { index, proof }: InclusionLine,
  leaf: Buffer,
  size: number,
  root: Buffer,
): string | undefined {
  try {
    const hashes = proof.map(hash => Buffer.from(hash, 'base64'));
    verifyInclusion({ leaf, index, size, proof: hashes, root });
    return undefined;
  } catch (error) {
    if (error instanceof LetheError) return error.message;
    throw error;
  }
}

const parseProof = (line: Buffer): InclusionLine | undefined =>
  inclusionLine.safeParse(parseJson(line)?.value).data;

async function* singly(
  pieces: AsyncIterable<Buffer>,
  maximum: number,
  onFault: (fault: LineFault) => void,
): AsyncGenerator<Buffer> {
  for await (const lines of linesOf(pieces, maximum, onFault)) yield* lines;
}

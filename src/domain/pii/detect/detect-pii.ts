import { CONFIDENT, type Candidate, type Finding, type PiiDetector } from './finding.ts';
import { piecesOf } from './pieces.ts';

export interface DetectOptions {
  readonly detectors: readonly PiiDetector[];
  /** Findings below are left out; 0 when absent. */
  readonly minConfidence?: number;
}

/**
 * Personal data in a text, in order of place, without overlaps: what a check digit proves stays, then the longer of two,
 * so that a town inside an address is part of it. `start` and `end` count UTF-16 code units, end exclusive.
 */
export function detectPii(text: string, { detectors, minConfidence = 0 }: DetectOptions): Finding[] {
  return piecesOf(text).flatMap(piece => {
    const found = detectors.flatMap(detector => signed(detector, detector.detect(piece.text)));
    return moved(withoutOverlaps(found), piece.from).filter(({ confidence }) => confidence >= minConfidence);
  });
}

/** Findings in a part of a text, as places in the whole. */
export const moved = (findings: readonly Finding[], by: number): Finding[] =>
  findings.map(finding => ({ ...finding, start: finding.start + by, end: finding.end + by }));

/** Candidates under the name of who found them. */
export const signed = (
  { name, version }: { readonly name: string; readonly version: string },
  candidates: readonly Candidate[],
): Finding[] => candidates.map(candidate => ({ ...candidate, detector: name, version }));

/** What check digits prove, what is acted upon, and the rest. */
const rankOf = ({ confidence }: Finding): number =>
  confidence >= PROVEN ? 2 : confidence >= CONFIDENT ? 1 : 0;
const PROVEN = 0.95;

const firstOf = (one: Finding, other: Finding): number =>
  rankOf(other) - rankOf(one) ||
  other.end - other.start - (one.end - one.start) ||
  other.confidence - one.confidence ||
  one.start - other.start;

/** See `detectPii`. */
export function withoutOverlaps(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  for (const finding of findings.toSorted(firstOf)) {
    if (!kept.some(({ start, end }) => finding.start < end && start < finding.end)) kept.push(finding);
  }
  return kept.sort((one, other) => one.start - other.start);
}

import type { Finding, PiiCategory } from '../../../src/domain/pii/detect/finding.ts';
import { LABELS, type Label } from './labels.ts';

export interface LabelledSpan {
  readonly type: Label;
  readonly start: number;
  readonly end: number;
}

/** Counts of one label: labelled spans that were found or missed, and findings that were right or wrong. */
export interface Tally {
  readonly labelled: number;
  readonly found: number;
  readonly findings: number;
  readonly right: number;
}

export interface Score extends Tally {
  readonly precision: number;
  readonly recall: number;
  /** Weighs recall twice as much as precision. */
  readonly f2: number;
}

export interface Miss {
  readonly text: number;
  readonly kind: 'missed' | 'wrong';
  readonly label: string;
  readonly start: number;
  readonly end: number;
}

interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** A span counts as covered when at least half of it is. */
const HALF = 0.5;

function isCovered({ start, end }: Stretch, by: readonly Stretch[]): boolean {
  let covered = 0;
  for (let at = start; at < end; at++) if (by.some(other => other.start <= at && at < other.end)) covered++;
  return covered >= HALF * (end - start);
}

const EMPTY: Tally = { labelled: 0, found: 0, findings: 0, right: 0 };

const plus = (one: Tally, other: Tally): Tally => ({
  labelled: one.labelled + other.labelled,
  found: one.found + other.found,
  findings: one.findings + other.findings,
  right: one.right + other.right,
});

export function scoreOf(tally: Tally): Score {
  const precision = tally.findings === 0 ? 1 : tally.right / tally.findings;
  const recall = tally.labelled === 0 ? 1 : tally.found / tally.labelled;
  const weighed = 4 * precision + recall;
  return { ...tally, precision, recall, f2: weighed === 0 ? 0 : (5 * precision * recall) / weighed };
}

/** The label that a category is counted under when it is wrong: the first that it can meet. */
const HOMES: ReadonlyMap<PiiCategory, Label> = new Map(
  (Object.keys(LABELS) as Label[])
    .toReversed()
    .flatMap(label => LABELS[label].found.slice(0, 1).map(category => [category, label] as const)),
);

const meets = (label: Label, category: PiiCategory): boolean => LABELS[label].found.includes(category);

/** Adds up texts. Findings of a category that no label of the set stands for are left out, and counted in `unlabelled`. */
export class Scorer {
  readonly #tallies = new Map<Label, Tally>();
  readonly misses: Miss[] = [];
  readonly unlabelled = new Map<PiiCategory, number>();

  add(text: number, spans: readonly LabelledSpan[], findings: readonly Finding[]): void {
    for (const span of spans) {
      const found = isCovered(
        span,
        findings.filter(({ category }) => meets(span.type, category)),
      );
      this.#count(span.type, { ...EMPTY, labelled: 1, found: Number(found) });
      if (!found)
        this.misses.push({ text, kind: 'missed', label: span.type, start: span.start, end: span.end });
    }
    for (const finding of findings) this.#judge(text, spans, finding);
  }

  scores(): ReadonlyMap<Label, Score> {
    return new Map([...this.#tallies].map(([label, tally]) => [label, scoreOf(tally)]));
  }

  overall(wanted: (label: Label) => boolean): Score {
    const tallies = [...this.#tallies].filter(([label]) => wanted(label)).map(([, tally]) => tally);
    return scoreOf(tallies.reduce(plus, EMPTY));
  }

  #judge(text: number, spans: readonly LabelledSpan[], finding: Finding): void {
    const { category, start, end } = finding;
    const home = HOMES.get(category);
    if (home === undefined) {
      this.unlabelled.set(category, (this.unlabelled.get(category) ?? 0) + 1);
      return;
    }
    const met = spans.filter(({ type }) => meets(type, category));
    const right = isCovered(finding, met);
    const label = met.find(span => span.start < end && start < span.end)?.type ?? home;
    this.#count(right ? label : home, { ...EMPTY, findings: 1, right: Number(right) });
    if (!right) this.misses.push({ text, kind: 'wrong', label: category, start, end });
  }

  #count(label: Label, tally: Tally): void {
    this.#tallies.set(label, plus(this.#tallies.get(label) ?? EMPTY, tally));
  }
}

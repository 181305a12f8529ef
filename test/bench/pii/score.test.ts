import { describe, expect, it } from 'vitest';
import type { Finding, PiiCategory } from '../../../src/domain/pii/detect/finding.ts';
import { Scorer, scoreOf, type LabelledSpan } from './score.ts';

const finding = (category: PiiCategory, start: number, end: number): Finding => ({
  ...{ category, start, end, confidence: 0.9 },
  ...{ detector: 'lethe/exact', version: '1.0.0' },
});
const span = (type: LabelledSpan['type'], start: number, end: number): LabelledSpan => ({ type, start, end });

function scored(spans: readonly LabelledSpan[], findings: readonly Finding[]): Scorer {
  const scorer = new Scorer();
  scorer.add(0, spans, findings);
  return scorer;
}

describe('the score of PII detection', () => {
  it('counts a span as found where half of it is covered, and not where less is', () => {
    const half = scored([span('PERSON', 0, 10)], [finding('person', 0, 5)])
      .scores()
      .get('PERSON');
    expect(half).toMatchObject({ labelled: 1, found: 1, findings: 1, right: 1 });
    const less = scored([span('PERSON', 0, 10)], [finding('person', 0, 4)])
      .scores()
      .get('PERSON');
    expect(less).toMatchObject({ labelled: 1, found: 0, findings: 1, right: 1 });
  });

  it('counts a finding as wrong where most of it lies outside', () => {
    const scorer = scored([span('PERSON', 0, 4)], [finding('person', 0, 10)]);
    expect(scorer.scores().get('PERSON')).toMatchObject({ found: 1, findings: 1, right: 0 });
    expect(scorer.misses).toEqual([{ text: 0, kind: 'wrong', label: 'person', start: 0, end: 10 }]);
  });

  it('does not take one kind for another', () => {
    const scorer = scored([span('PERSON', 0, 4)], [finding('organisation', 0, 4)]);
    expect(scorer.scores().get('PERSON')).toMatchObject({ found: 0 });
    expect(scorer.scores().get('ORGANIZATION')).toMatchObject({ labelled: 0, findings: 1, right: 0 });
    expect(scorer.misses.map(({ kind }) => kind)).toEqual(['missed', 'wrong']);
  });

  it('finds a town with the address that it is part of', () => {
    const spans = [span('STREET_ADDRESS', 0, 10), span('GPE', 12, 18)];
    const scorer = scored(spans, [finding('address', 0, 18)]);
    expect(scorer.overall(() => true)).toMatchObject({ labelled: 2, found: 2, findings: 1, right: 1 });
  });

  it('tells of what the set has no label for, and holds it against nobody', () => {
    const scorer = scored([], [finding('mac-address', 0, 17)]);
    expect(scorer.overall(() => true)).toMatchObject({ findings: 0 });
    expect([...scorer.unlabelled]).toEqual([['mac-address', 1]]);
  });

  it('weighs recall twice as much as precision', () => {
    const { precision, recall, f2 } = scoreOf({ labelled: 4, found: 1, findings: 2, right: 2 });
    expect([precision, recall]).toEqual([1, 0.25]);
    expect(f2).toBeCloseTo((5 * 1 * 0.25) / (4 * 1 + 0.25), 10);
  });
});

import { describe, expect, test } from 'vitest';
import { CLAUSES, clauseReference, clausesOf } from '../../../src/domain/policy/clauses.ts';
import { PACKS, type PackName } from '../../../src/domain/policy/policy.ts';

/** Which promises each published policy makes. */
const PROMISED: Readonly<Record<PackName, readonly number[]>> = {
  neuralseek: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
  neurasea: [14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
  deepseek: [1, 20, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34],
  'flux-context': [1, 29, 30, 35, 36, 37, 38, 39, 40, 41, 42, 43],
  clarifai: [44, 45, 46, 47, 48, 49],
};

describe('the clauses', () => {
  test('are 49, numbered without gap', () => {
    expect(CLAUSES.map(({ number }) => number)).toEqual(Array.from({ length: 49 }, (_, at) => at + 1));
  });

  test('differ in their words', () => {
    expect(new Set(CLAUSES.map(({ promise }) => promise)).size).toBe(49);
  });

  test.each(PACKS)('of %s are those that its policy promises', pack => {
    expect(clausesOf(pack).map(({ number }) => number)).toEqual(PROMISED[pack]);
  });

  test('each say how they are enforced and what proves them', () => {
    for (const clause of CLAUSES) {
      expect(clause.enforcedBy, `clause ${clause.number}`).not.toBe('');
      expect(clause.proof, `clause ${clause.number}`).not.toBe('');
    }
  });

  test('all have evidence but the one that no setting can break', () => {
    expect(CLAUSES.filter(({ recordedBy }) => recordedBy.length === 0).map(({ number }) => number)).toEqual([
      36,
    ]);
  });

  test('are named as the pack makes them, or as the pack that does', () => {
    expect(clauseReference(1, 'flux-context').id).toBe('F-1');
    expect(clauseReference(46, 'neuralseek').id).toBe('C-46');
    expect(() => clauseReference(50, 'clarifai')).toThrow('no clause 50');
  });
});

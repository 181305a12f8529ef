import { describe, expect, test } from 'vitest';
import {
  assertAdoptable,
  CONFLICT_CODES,
  lintPolicy,
  type Conflict,
  type ConflictCode,
} from '../../../src/domain/policy/lint.ts';
import { PACK_POLICIES, resolvePolicy } from '../../../src/domain/policy/packs.ts';
import { PACKS, policySchema, type PolicyRequest } from '../../../src/domain/policy/policy.ts';
import { failureOf } from '../given.ts';

interface Case {
  readonly name: string;
  readonly request: PolicyRequest;
  readonly region?: string;
  readonly code: ConflictCode;
  readonly severity: Conflict['severity'];
  readonly clauses: readonly [string, string];
}

const refused = { severity: 'refused' } as const;
const noted = { severity: 'noted' } as const;
const none = { code: 'policy-training-promised-none', ...refused } as const;

const CASES: readonly Case[] = [
  {
    name: 'a minimum of 60 days under a maximum of 30',
    request: { pack: 'neuralseek', minRetention: 'P60D' },
    ...{ code: 'policy-minimum-exceeds-maximum', ...refused, clauses: ['N-9', 'C-46'] },
  },
  {
    name: 'a minimum of 30 days under a maximum of one month, which February falls short of',
    request: { pack: 'neuralseek', maxRetention: 'P1M' },
    ...{ code: 'policy-minimum-exceeds-maximum', ...refused, clauses: ['N-9', 'C-46'] },
  },
  {
    name: 'a retention of 7 days under an abuse minimum of 30',
    request: { pack: 'clarifai', maxRetention: 'P7D' },
    ...{ code: 'policy-maximum-below-abuse-minimum', ...refused, clauses: ['N-11', 'C-46'] },
  },
  {
    name: 'a maximum below the abuse minimum that the tenant has shortened itself',
    request: { pack: 'neuralseek', minRetention: 'PT5S', maxRetention: 'PT30S' },
    ...{ code: 'policy-maximum-below-abuse-minimum', ...noted, clauses: ['N-11', 'C-46'] },
  },
  {
    name: 'a window below the promised one without terms',
    request: { pack: 'neuralseek', minRetention: 'PT5S' },
    ...{ code: 'policy-window-below-promise', ...noted, clauses: ['N-9', 'N-12'] },
  },
  {
    name: 'opting out of training where none is promised',
    request: { pack: 'neuralseek', training: 'opt-out' },
    ...{ ...none, clauses: ['N-2', 'D-24'] },
  },
  {
    name: 'opting in to training where none is promised',
    request: { pack: 'neuralseek', training: 'opt-in' },
    ...{ ...none, clauses: ['N-2', 'C-45'] },
  },
  {
    name: 'opting in to a feedback loop that no setting can turn on',
    request: { pack: 'flux-context', training: 'opt-in' },
    ...{ ...none, clauses: ['F-36', 'C-45'] },
  },
  {
    name: 'training on private data that nobody shared',
    request: { pack: 'clarifai', training: 'opt-out' },
    ...{ ...none, clauses: ['C-45', 'D-24'] },
  },
  {
    name: 'training as a purpose that is not listed',
    request: { pack: 'neurasea', training: 'opt-out' },
    ...{ ...none, clauses: ['S-16', 'D-24'] },
  },
  {
    name: 'a history to review that is not stored',
    request: { pack: 'clarifai', storeDefault: false },
    ...{ code: 'policy-history-not-stored', ...refused, clauses: ['C-44', 'C-47'] },
  },
  {
    name: 'a history to copy that is not stored',
    request: { pack: 'deepseek', storeDefault: false },
    ...{ code: 'policy-history-not-stored', ...refused, clauses: ['D-28', 'C-47'] },
  },
  {
    name: 'US models for a tenant in Frankfurt',
    request: { pack: 'neuralseek', modelRegions: ['us-east'] },
    region: 'frankfurt',
    ...{ code: 'policy-model-region-outside-promise', ...refused, clauses: ['N-4', 'N-5'] },
  },
  {
    name: 'a sub-processor out of the region that serves the tenant',
    request: { pack: 'neuralseek', subprocessors: [{ name: 'Example Inc', region: 'us-east' }] },
    region: 'eu-central',
    ...{ code: 'policy-subprocessor-outside-promise', ...noted, clauses: ['N-4', 'N-13'] },
  },
  {
    name: 'an erasure that may take longer than a request',
    request: { pack: 'deepseek', erasureSla: 'P60D' },
    ...{ code: 'policy-erasure-sla-too-long', ...refused, clauses: ['D-27', 'D-20'] },
  },
  {
    name: 'a limited period of ten years',
    request: { pack: 'flux-context', maxRetention: 'P10Y' },
    ...{ code: 'policy-period-not-limited', ...noted, clauses: ['F-37', 'C-46'] },
  },
];

describe('the linter', () => {
  test.each(CASES)('names both clauses of $name', ({ request, region, code, severity, clauses }) => {
    const found = lintPolicy(resolvePolicy(request), region).find(conflict => conflict.code === code);
    expect(found?.severity).toBe(severity);
    expect(found?.clauses.map(({ id }) => id)).toEqual(clauses);
    for (const { words } of found?.clauses ?? []) expect(words).toMatch(/\.$/);
  });

  test('has a case for every code', () => {
    expect(new Set(CASES.map(({ code }) => code))).toEqual(new Set(CONFLICT_CODES));
  });

  test.each(PACKS)('finds nothing in pack %s, wherever the tenant is', pack => {
    for (const region of [undefined, 'frankfurt', 'eu-central', 'sydney', 'dallas', 'us-east', 'mars-1']) {
      const policy = resolvePolicy({ pack }, region);
      expect(policySchema.parse(policy)).toEqual(policy);
      expect(lintPolicy(policy, region)).toEqual([]);
    }
  });

  test('puts what is refused before what is only noted', () => {
    const policy = resolvePolicy({ pack: 'neuralseek', minRetention: 'PT5S', training: 'opt-in' });
    expect(lintPolicy(policy).map(({ severity }) => severity)).toEqual(['refused', 'noted']);
  });

  test('takes a shorter window under negotiated terms as agreed (promise 12)', () => {
    const policy = resolvePolicy({
      pack: 'neuralseek',
      minRetention: 'P7D',
      terms: { reference: 'contract-1' },
    });
    expect(lintPolicy(policy)).toEqual([]);
  });

  test('lets single calls stay out of storage where no history is promised', () => {
    expect(lintPolicy(resolvePolicy({ pack: 'neuralseek', storeDefault: false }))).toEqual([]);
  });

  test('accepts an SLA of a month and training by consent where the pack allows it', () => {
    expect(lintPolicy(resolvePolicy({ pack: 'clarifai', training: 'opt-in', erasureSla: 'P1M' }))).toEqual(
      [],
    );
  });
});

describe('adopting', () => {
  test('is refused with the code of the first conflict and faults that name all', () => {
    const policy = resolvePolicy({ pack: 'flux-context', minRetention: 'P90D', training: 'opt-out' });
    const error = failureOf(() => assertAdoptable(policy));
    expect(error.code).toBe('policy-minimum-exceeds-maximum');
    expect(error.faults.map(({ code, field }) => [code, field])).toEqual([
      ['policy-minimum-exceeds-maximum', 'maxRetention'],
      ['policy-training-promised-none', 'training'],
    ]);
    expect(error.details['conflicts']).toEqual(lintPolicy(policy));
  });

  test('goes ahead when conflicts are only noted', () => {
    const policy = resolvePolicy({ pack: 'neuralseek', minRetention: 'PT5S', maxRetention: 'PT10S' });
    expect(() => assertAdoptable(policy)).not.toThrow();
  });
});

describe('a pack', () => {
  test('gives what the request leaves open', () => {
    const policy = resolvePolicy({ pack: 'neuralseek', minRetention: 'PT5S', piiAction: 'mask' });
    expect(policy).toEqual({ ...PACK_POLICIES.neuralseek, minRetention: 'PT5S', piiAction: 'mask' });
  });

  test('is not changed through a policy made from it', () => {
    resolvePolicy({ pack: 'deepseek' }).subprocessors.push({ name: 'Example Inc' });
    expect(PACK_POLICIES.deepseek.subprocessors).not.toContainEqual({ name: 'Example Inc' });
  });
});

import { describe, expect, test } from 'vitest';
import { resolvePolicy } from '../../../src/domain/policy/packs.ts';
import { allowsModelRegion } from '../../../src/domain/policy/regions.ts';

describe('promise 4', () => {
  test.each([
    ['frankfurt', 'eu-central', true],
    ['frankfurt', 'us-east', false],
    ['eu-central', 'frankfurt', true],
    ['europe-west3', 'eu-west-1', true],
    ['sydney', 'us-west', true],
    ['sydney', 'sydney', false],
    ['dallas', 'us-south', true],
    ['dallas', 'eu-de', false],
    ['us-south', 'dallas', true],
    ['us-south', 'usury-1', false],
  ])('a tenant in %s served by a model in %s: %s', (tenant, model, allowed) => {
    const stated = resolvePolicy({ pack: 'neuralseek' }, tenant);
    const unstated = resolvePolicy({ pack: 'neuralseek' });
    expect(allowsModelRegion(stated, tenant, model)).toBe(allowed);
    expect(allowsModelRegion(unstated, tenant, model)).toBe(allowed);
  });

  test('binds no other pack', () => {
    expect(allowsModelRegion(resolvePolicy({ pack: 'deepseek' }, 'frankfurt'), 'frankfurt', 'us-east')).toBe(
      true,
    );
  });

  test('is narrowed, never widened, by the regions that a policy names', () => {
    const policy = resolvePolicy({ pack: 'neuralseek', modelRegions: ['eu-west', 'us-east'] }, 'frankfurt');
    expect(allowsModelRegion(policy, 'frankfurt', 'eu-west-2')).toBe(true);
    expect(allowsModelRegion(policy, 'frankfurt', 'eu-north')).toBe(false);
    expect(allowsModelRegion(policy, 'frankfurt', 'us-east')).toBe(false);
  });
});

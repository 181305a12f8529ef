import { describe, expect, test } from 'vitest';
import { resolvePolicy } from '../../../src/domain/policy/packs.ts';
import { policyAt, tenantDecider } from '../../../src/domain/tenant/tenant.ts';
import { at, day, given } from '../given.ts';

const FIRST = resolvePolicy({ pack: 'neuralseek' });
const SECOND = resolvePolicy({ pack: 'neuralseek', piiAction: 'mask' });
const BROKEN = resolvePolicy({ pack: 'neuralseek', minRetention: 'P60D' });

const registered = at(day(0), { type: 'tenant.registered', data: { name: 'Example', region: 'frankfurt' } });
const adopted = (version: number, days: number) =>
  at(day(days), { type: 'policy.adopted', data: { version, policy: version === 1 ? FIRST : SECOND } });
const register = {
  kind: 'register',
  name: 'Example',
  region: 'frankfurt',
  policy: FIRST,
  at: day(0),
} as const;

describe('registering a tenant', () => {
  test('puts version 1 of its policy in force', () => {
    given(tenantDecider)
      .when(register)
      .then(
        { type: 'tenant.registered', data: { name: 'Example', region: 'frankfurt' } },
        { type: 'policy.adopted', data: { version: 1, policy: FIRST } },
      );
  });

  test('is refused a second time', () => {
    given(tenantDecider, registered, adopted(1, 0)).when(register).thenRefused('tenant-exists');
  });

  test('is refused under a policy that contradicts itself', () => {
    const error = given(tenantDecider)
      .when({ ...register, policy: BROKEN })
      .thenRefused('policy-minimum-exceeds-maximum');
    expect(error.faults).not.toEqual([]);
  });

  test('is refused under a policy that breaks the promise to its region', () => {
    const policy = resolvePolicy({ pack: 'neuralseek', modelRegions: ['us-east'] });
    given(tenantDecider)
      .when({ ...register, policy })
      .thenRefused('policy-model-region-outside-promise');
  });
});

describe('adopting a policy', () => {
  const tenant = given(tenantDecider, registered, adopted(1, 0));

  test('makes the next version', () => {
    tenant
      .when({ kind: 'adopt-policy', policy: SECOND, at: day(1) })
      .then({ type: 'policy.adopted', data: { version: 2, policy: SECOND } });
  });

  test('changes nothing when it is in force already, whatever the order of its fields', () => {
    const { pack, ...rest } = FIRST;
    tenant.when({ kind: 'adopt-policy', policy: { ...rest, pack }, at: day(1) }).thenNothing();
  });

  test('is refused when clauses contradict each other', () => {
    tenant
      .when({ kind: 'adopt-policy', policy: BROKEN, at: day(1) })
      .thenRefused('policy-minimum-exceeds-maximum');
  });

  test('is refused for a tenant that nobody registered', () => {
    given(tenantDecider)
      .when({ kind: 'adopt-policy', policy: FIRST, at: day(1) })
      .thenRefused('tenant-not-found');
  });
});

describe('the policy at a date', () => {
  const { state } = given(tenantDecider, registered, adopted(1, 0), adopted(2, 10));

  test('is the version in force then (promise 22)', () => {
    expect(policyAt(state, day(0))?.version).toBe(1);
    expect(policyAt(state, day(9.99))?.version).toBe(1);
    expect(policyAt(state, day(10))?.version).toBe(2);
    expect(policyAt(state, day(99))?.policy).toEqual(SECOND);
  });

  test('is none before the first, or for an unknown tenant', () => {
    expect(policyAt(state, day(-1))).toBeUndefined();
    expect(policyAt(tenantDecider.initial, day(0))).toBeUndefined();
  });

  test('follows the order of the versions when the clock jumped back in between', () => {
    const jumped = given(tenantDecider, registered, adopted(1, 10), adopted(2, 5)).state;
    expect(policyAt(jumped, day(7))).toBeUndefined();
    expect(policyAt(jumped, day(10))?.version).toBe(2);
  });

  test('survives events of the stream that are not about it', () => {
    const key = at(day(1), { type: 'key.created', data: { kmsKeyId: 'key-1', epoch: 1 } });
    expect(tenantDecider.evolve(state, key)).toBe(state);
  });
});

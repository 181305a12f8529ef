import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/platform/config.ts';

const AWS = { AWS_KMS: '1', AWS_REGION: 'eu-central-1' };
const awsOf = (env: Readonly<Record<string, string>>) => loadConfig({ ...AWS, ...env }).awsKms;

describe('the configuration of AWS KMS', () => {
  it('is off unless it is asked for, whatever else of AWS the environment holds', () => {
    expect(loadConfig({ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'id' }).awsKms).toBeUndefined();
    expect(loadConfig({ AWS_KMS: '0' }).awsKms).toBeUndefined();
  });

  it('has defaults for all but the region', () => {
    expect(awsOf({})).toEqual({
      defaultRegion: 'eu-central-1',
      regions: new Map(),
      pendingDays: 7,
      pendingLookMs: 3_600_000,
      deadlineMs: 5_000,
      rootCacheMs: 60_000,
      tenantRate: 10,
    });
    expect(() => loadConfig({ AWS_KMS: '1' })).toThrow('AWS_REGION');
  });

  it('takes a list of regions in place of the one', () => {
    const config = awsOf({ AWS_KMS_REGIONS: 'eu-central=eu-central-1,us-east=us-east-1' });
    expect(config?.defaultRegion).toBeUndefined();
    expect([...(config?.regions ?? [])]).toEqual([
      ['eu-central', 'eu-central-1'],
      ['us-east', 'us-east-1'],
    ]);
  });

  it.each([
    ['AWS_KMS', 'planted'],
    ['AWS_KMS_REGIONS', 'planted'],
    ['AWS_KMS_ENDPOINT', 'planted'],
    ['AWS_KMS_PENDING_DAYS', '6'],
    ['AWS_KMS_PENDING_DAYS', '31'],
    ['AWS_KMS_PENDING_DAYS', '7.5'],
    ['AWS_KMS_ROOT_CACHE', 'PT6M'],
    ['AWS_KMS_DEADLINE', 'planted'],
    ['AWS_KMS_TENANT_RATE', '0'],
  ])('refuses %s=%s by name, and does not repeat it', (variable, value) => {
    expect(() => awsOf({ [variable]: value })).toThrow(variable);
    expect(() => awsOf({ [variable]: value })).not.toThrow('planted');
  });

  it('refuses a serving profile beside static keys: which of them counts must be no question', () => {
    const profile = { AWS_KMS_SERVING_PROFILE: 'serving' };
    expect(awsOf(profile)?.servingProfile).toBe('serving');
    expect(() => awsOf({ ...profile, AWS_ACCESS_KEY_ID: 'id' })).toThrow('exclude each other');
  });
});

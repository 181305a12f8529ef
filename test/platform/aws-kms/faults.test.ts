import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AwsKms } from '../../../src/platform/aws-kms/aws-kms.ts';
import { createCallBudget } from '../../../src/platform/aws-kms/budget.ts';
import type { KmsCall } from '../../../src/platform/aws-kms/calls.ts';
import { openAwsKmsRig, type AwsKmsRig } from '../../support/aws-kms.ts';
import { codeOf, rejectionCode } from '../../support/code-of.ts';
import type { Fault } from '../../support/kms-fake/faults.ts';
import { startKmsFake, type KmsFake } from '../../support/kms-fake/server.ts';

const context = { tenant: 'acme', epoch: '1', purpose: 'serving' };

let fake: KmsFake;
let rig: AwsKmsRig;
let kms: AwsKms;
let keyId: string;
let wrapped: Buffer;
let calls: KmsCall[];

beforeEach(async () => {
  fake = await startKmsFake();
  rig = await openAwsKmsRig(fake, fake.clock);
  calls = [];
  kms = rig.open({ onCall: call => void calls.push(call) }, { AWS_KMS_DEADLINE: 'PT1S' });
  ({ keyId } = await kms.createKey({ tenant: 'acme', epoch: '1' }));
  ({ wrapped } = await kms.generateDataKey(keyId, context));
});
afterEach(async () => {
  await rig.close();
  await fake.stop();
});

const decrypts = (): number => fake.calls.filter(({ operation }) => operation === 'Decrypt').length;

describe('a call to AWS KMS', () => {
  const PASSING: readonly Fault[] = [
    { kind: 'throttle' },
    { kind: 'internal' },
    { kind: 'cut' },
    { kind: 'lost' },
    { kind: 'slow', ms: 100 },
  ];
  it.each(PASSING)('that fails once ($kind) is tried again', async fault => {
    // A second attempt after a throttled one waits by chance: on a busy machine it may come after a second.
    const patient = rig.open({ onCall: call => void calls.push(call) }, { AWS_KMS_DEADLINE: 'PT20S' });
    fake.faults.add(fault, { times: 1 });
    const opened = await patient.decrypt(keyId, wrapped, context);
    expect(opened.reveal().length).toBe(32);
    expect(calls.at(-1)).toMatchObject({ operation: 'Decrypt', outcome: 'ok' });
    expect(calls.at(-1)?.attempts).toBe(decrypts());
  });

  const LASTING: readonly Fault[] = [
    { kind: 'throttle' },
    { kind: 'internal' },
    { kind: 'cut' },
    { kind: 'hang' },
    { kind: 'slow', ms: 5_000 },
  ];
  it.each(LASTING)(
    'that goes on failing ($kind) is unavailable within its deadline, and works again after',
    async fault => {
      fake.faults.add(fault);
      expect(await rejectionCode(kms.decrypt(keyId, wrapped, context))).toBe('kms-unavailable');
      expect(calls.at(-1)).toMatchObject({ operation: 'Decrypt', outcome: 'kms-unavailable' });
      expect(decrypts()).toBeLessThanOrEqual(5);
      fake.faults.clear();
      expect((await kms.decrypt(keyId, wrapped, context)).reveal().length).toBe(32);
    },
  );

  it('that is denied says so at once, and is not tried again', async () => {
    fake.faults.add({ kind: 'deny' });
    expect(await rejectionCode(kms.decrypt(keyId, wrapped, context))).toBe('kms-access-denied');
    expect(decrypts()).toBe(1);
    expect((await kms.describeKey(keyId).catch((error: unknown) => error)) as Error).toMatchObject({
      code: 'kms-access-denied',
    });
  });

  it('is never repeated in an error: no id, context or ciphertext', async () => {
    fake.faults.add({ kind: 'deny' });
    const error = (await kms.decrypt(keyId, wrapped, context).catch((e: unknown) => e)) as Error;
    expect(error.message).toBe('AWS KMS: AccessDeniedException');
  });
});

describe('the budget of calls', () => {
  it('refuses a tenant that has used its share, without a call, and leaves the others theirs', async () => {
    const thrifty = rig.open({}, { AWS_KMS_TENANT_RATE: '1' });
    const outcomes: (string | undefined)[] = [];
    for (let call = 0; call < 12; call++)
      outcomes.push(await rejectionCode(thrifty.decrypt(keyId, wrapped, context)));
    expect(outcomes.slice(0, 10)).toEqual(new Array(10).fill(undefined));
    expect(outcomes.at(-1)).toBe('kms-unavailable');
    expect(decrypts()).toBeLessThan(12);
    const other = { ...context, tenant: 'bolt' };
    expect(await rejectionCode(thrifty.decrypt(keyId, wrapped, other))).toBe('kms-context-mismatch');
  });

  it('fills up with time, to its burst and no further, and says when to come again', () => {
    let now = 0;
    const budget = createCallBudget(2, () => now);
    for (let call = 0; call < 20; call++) budget.spend('acme');
    expect(codeOf(() => budget.spend('acme'))).toBe('kms-unavailable');
    now += 500;
    budget.spend('acme');
    try {
      budget.spend('acme');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ details: { retryAfter: 1 } });
    }
    now += 3_600_000;
    for (let call = 0; call < 20; call++) budget.spend('acme');
    expect(codeOf(() => budget.spend('acme'))).toBe('kms-unavailable');
  });
});

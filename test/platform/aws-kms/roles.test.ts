import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AwsKms } from '../../../src/platform/aws-kms/aws-kms.ts';
import { openAwsKmsRig, type AwsKmsRig } from '../../support/aws-kms.ts';
import { readPolicies, ROLES } from '../../support/aws-policies.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { startKmsFake, type KmsFake } from '../../support/kms-fake/server.ts';

const owner = { tenant: 'acme', epoch: '1' };
const context = (purpose: string) => ({ ...owner, purpose });
const ROLE_NAMES = ['serving', 'sealing', 'worker'] as const;

let fake: KmsFake;
let rig: AwsKmsRig;
let home: string;
const kms = new Map<string, AwsKms>();
const as = (role: (typeof ROLE_NAMES)[number]): AwsKms => kms.get(role) ?? expect.fail(role);

beforeAll(async () => {
  fake = await startKmsFake();
  rig = await openAwsKmsRig(fake, fake.clock);
  home = await mkdtemp(join(tmpdir(), 'lethe-aws-'));
  const secret = 'aws_secret_access_key = not-a-secret';
  const profiles = ROLE_NAMES.map(role => `[${role}]\naws_access_key_id = ${role}\n${secret}\n`);
  await writeFile(join(home, 'credentials'), profiles.join(''));
  process.env['AWS_SHARED_CREDENTIALS_FILE'] = join(home, 'credentials');
  // As in a process that is configured for it: profiles, and no static keys beside them.
  delete process.env['AWS_ACCESS_KEY_ID'];
  delete process.env['AWS_SECRET_ACCESS_KEY'];
  for (const role of ROLE_NAMES) {
    fake.roles.set(role, await readPolicies(...ROLES[role]));
    kms.set(role, rig.open({ profile: role }));
  }
});
afterAll(async () => {
  await rig.close();
  await fake.stop();
  await rm(home, { recursive: true, force: true });
});

describe('the roles of infra/aws', () => {
  it('let the sealing role make keys and use both roots, and the serving role open serving roots only', async () => {
    const { keyId } = await as('sealing').createKey(owner);
    const serving = await as('sealing').generateDataKey(keyId, context('serving'));
    const safety = await as('sealing').generateDataKey(keyId, context('safety'));
    const opened = await as('serving').decrypt(keyId, serving.wrapped, context('serving'));
    expect(opened.reveal()).toEqual(serving.plaintext.reveal());
    const refused = as('serving').decrypt(keyId, safety.wrapped, context('safety'));
    expect(await rejectionCode(refused)).toBe('kms-access-denied');
    const both = await as('worker').decrypt(keyId, safety.wrapped, context('safety'));
    expect(both.reveal()).toEqual(safety.plaintext.reveal());
  });

  it('do not let the serving role lie about the purpose: KMS holds the ciphertext to it', async () => {
    const { keyId } = await as('sealing').createKey(owner);
    const { wrapped } = await as('sealing').generateDataKey(keyId, context('safety'));
    const lying = as('serving').decrypt(keyId, wrapped, context('serving'));
    expect(await rejectionCode(lying)).toBe('kms-context-mismatch');
  });

  it('let only the worker end a key, and nobody bring one back', async () => {
    const { keyId } = await as('sealing').createKey(owner);
    for (const role of ['serving', 'sealing'] as const) {
      expect(await rejectionCode(as(role).disableKey(keyId))).toBe('kms-access-denied');
      expect(await rejectionCode(as(role).scheduleKeyDeletion(keyId, 7))).toBe('kms-access-denied');
    }
    await as('worker').disableKey(keyId);
    for (const role of ROLE_NAMES)
      expect(await rejectionCode(as(role).enableKey(keyId))).toBe('kms-access-denied');
    await as('worker').scheduleKeyDeletion(keyId, 7);
    for (const role of ROLE_NAMES)
      expect(await rejectionCode(as(role).cancelKeyDeletion(keyId))).toBe('kms-access-denied');
    expect((await as('worker').describeKey(keyId)).state).toBe('pending-deletion');
  });

  it('reach no key of the account that is not the service’s', async () => {
    const foreign = fake.keys.create({
      region: 'eu-central-1',
      tags: { team: 'billing' },
      policy: undefined,
    });
    for (const role of ROLE_NAMES)
      for (const call of [
        () => as(role).describeKey(foreign.arn),
        () => as(role).generateDataKey(foreign.arn, context('serving')),
        () => as(role).disableKey(foreign.arn),
        () => as(role).scheduleKeyDeletion(foreign.arn, 7),
      ])
        expect(await rejectionCode(call())).toBe('kms-access-denied');
    expect(foreign).toMatchObject({ enabled: true, deletionDate: undefined });
  });

  it('let the serving role make nothing', async () => {
    const before = fake.keys.all('eu-central-1').length;
    expect(await rejectionCode(as('serving').createKey({ tenant: 'bolt', epoch: '1' }))).toBe(
      'kms-access-denied',
    );
    expect(fake.keys.all('eu-central-1').length).toBe(before);
  });
});

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAwsKmsRig, type AwsKmsRig } from '../../support/aws-kms.ts';
import { readKeyPolicy } from '../../support/aws-policies.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { ACCOUNT } from '../../support/kms-fake/keys.ts';
import { startKmsFake, type KmsFake } from '../../support/kms-fake/server.ts';

const REGION = 'eu-central-1';
const owner = { tenant: 'acme', epoch: '3', region: 'eu-central' };
const context = { tenant: 'acme', epoch: '3', purpose: 'safety' };

let fake: KmsFake;
let rig: AwsKmsRig;

beforeEach(async () => {
  fake = await startKmsFake();
  rig = await openAwsKmsRig(fake, fake.clock);
});
afterEach(async () => {
  await rig.close();
  await fake.stop();
});

const made = (): number => fake.keys.all(REGION).length;

test('a key carries its tenant and epoch as tags and alias, and the key policy', async () => {
  const { text } = await readKeyPolicy(ACCOUNT);
  const { keyId } = await rig.open({ keyPolicy: text }).createKey(owner);
  const key = fake.keys.find(REGION, 'alias/lethe/acme/3');
  expect(key).toMatchObject({
    arn: keyId,
    policy: text,
    tags: { 'lethe:tenant': 'acme', 'lethe:epoch': '3' },
  });
});

test('a key that was made and not recorded is found again by the next process', async () => {
  const first = await rig.open().createKey(owner);
  expect(await rig.open().createKey(owner)).toEqual(first);
  expect(made()).toBe(1);
});

test('of processes that make the same key at the same time, all get one', async () => {
  fake.keys.unseen = 2;
  const keys = await Promise.all(Array.from({ length: 5 }, () => rig.open().createKey(owner)));
  expect(new Set(keys.map(({ keyId }) => keyId)).size).toBe(1);
  expect(fake.keys.find(REGION, 'alias/lethe/acme/3').arn).toBe(keys[0]?.keyId);
});

test('a key whose making was cut at any request is completed by the next attempt, which gives the alias to one key', async () => {
  for (const operation of ['DescribeKey', 'CreateKey', 'CreateAlias'] as const)
    for (const kind of ['cut', 'lost'] as const) {
      const epoch = `${operation}-${kind}`;
      fake.faults.add({ kind }, { operations: [operation] });
      const failing = rig.open({}, { AWS_KMS_DEADLINE: 'PT0.3S' });
      expect(await rejectionCode(failing.createKey({ ...owner, epoch }))).toBe('kms-unavailable');
      fake.faults.clear();
      const { keyId } = await rig.open().createKey({ ...owner, epoch });
      expect(fake.keys.find(REGION, `alias/lethe/acme/${epoch}`).arn).toBe(keyId);
      const { plaintext, wrapped } = await rig.open().generateDataKey(keyId, context);
      const opened = await rig.open().decrypt(keyId, wrapped, context);
      expect(opened.reveal()).toEqual(plaintext.reveal());
    }
});

test('the alias of a key that is dying, or of somebody else’s, is moved to a new one', async () => {
  const kms = rig.open();
  const doomed = await kms.createKey(owner);
  await kms.scheduleKeyDeletion(doomed.keyId, 7);
  const next = await kms.createKey(owner);
  expect(next.keyId).not.toBe(doomed.keyId);
  expect(fake.keys.find(REGION, 'alias/lethe/acme/3').arn).toBe(next.keyId);
  fake.keys.rename(
    REGION,
    'alias/lethe/acme/3',
    fake.keys.create({ region: REGION, tags: {}, policy: undefined }),
  );
  const third = await kms.createKey(owner);
  expect([doomed.keyId, next.keyId]).not.toContain(third.keyId);
  expect(fake.keys.find(REGION, third.keyId).tags).toMatchObject({ 'lethe:tenant': 'acme' });
});

test('a new key is used at once, though AWS does not find it everywhere yet', async () => {
  fake.keys.unseen = 3;
  const kms = rig.open();
  const { keyId } = await kms.createKey(owner);
  const { wrapped } = await kms.generateDataKey(keyId, context);
  await kms.decrypt(keyId, wrapped, context);
  expect((await kms.describeKey(keyId)).state).toBe('enabled');
  expect(made()).toBe(1);
});

test('a tenant’s region decides where its keys are made, and the key’s ARN where they are used', async () => {
  const kms = rig.open({}, { AWS_KMS_REGIONS: 'eu-central=eu-central-1,us-east=us-east-1' });
  const there = await kms.createKey({ ...owner, region: 'us-east' });
  expect(there.keyId).toContain(':us-east-1:');
  await kms.generateDataKey(there.keyId, context);
  const here = await kms.createKey(owner);
  expect(here.keyId).toContain(':eu-central-1:');
  expect(fake.calls.filter(({ operation }) => operation === 'GenerateDataKey')).toMatchObject([
    { region: 'us-east-1' },
  ]);
  const before = fake.calls.length;
  for (const region of ['ap-south', undefined]) {
    const tags = { tenant: 'acme', epoch: '4', ...(region === undefined ? {} : { region }) };
    expect(await rejectionCode(kms.createKey(tags))).toBe('region-not-served');
  }
  expect(fake.calls.length).toBe(before);
});

test('a key for nobody is refused, and none is made', async () => {
  await expect(rig.open().createKey({ tenant: 'acme' })).rejects.toThrow(RangeError);
  expect(made()).toBe(0);
});

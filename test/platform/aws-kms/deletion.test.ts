import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAwsKmsRig, type AwsKmsRig } from '../../support/aws-kms.ts';
import { rejectionCode } from '../../support/code-of.ts';
import { startKmsFake, type KmsFake } from '../../support/kms-fake/server.ts';

const DAY_MS = 86_400_000;
const context = { tenant: 'acme', epoch: '1', purpose: 'serving' };

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

const doomedKey = async (): Promise<string> => {
  const { keyId } = await rig.open().createKey({ tenant: randomUUID(), epoch: '1' });
  await rig.open().scheduleKeyDeletion(keyId, 7);
  return keyId;
};
const looks = (): number => fake.calls.filter(({ operation }) => operation === 'DescribeKey').length;

test('a key is destroyed when AWS has forgotten it and its date has passed, for every process and every use', async () => {
  const kms = rig.open();
  const { keyId } = await kms.createKey({ tenant: 'acme', epoch: '1' });
  const { wrapped } = await kms.generateDataKey(keyId, context);
  const { deletionDate } = await kms.scheduleKeyDeletion(keyId, 7);
  fake.clock.advance(7 * DAY_MS - 1_000);
  expect((await rig.open().describeKey(keyId)).state).toBe('pending-deletion');
  fake.clock.advance(1_000);
  const gone = await rig.open().describeKey(keyId);
  expect(gone).toMatchObject({ keyId, state: 'destroyed', deletionDate });
  for (const call of [
    () => kms.decrypt(keyId, wrapped, context),
    () => kms.generateDataKey(keyId, context),
    () => kms.enableKey(keyId),
    () => kms.disableKey(keyId),
    () => kms.scheduleKeyDeletion(keyId, 7),
    () => kms.cancelKeyDeletion(keyId),
  ])
    expect(await rejectionCode(call())).toBe('kms-key-destroyed');
});

test('a key that is gone before its date, or that nobody doomed, is not called destroyed', async () => {
  const keyId = await doomedKey();
  const elsewhere = await startKmsFake({ clock: fake.clock });
  const lost = await openAwsKmsRig(elsewhere, fake.clock);
  try {
    const mistaken = rig.open({}, { AWS_KMS_ENDPOINT: elsewhere.url });
    expect(await rejectionCode(mistaken.describeKey(keyId))).toBe('kms-key-not-found');
    fake.clock.advance(7 * DAY_MS);
    expect((await rig.open().describeKey(keyId)).state).toBe('destroyed');
    expect(await rejectionCode(lost.open().describeKey(keyId))).toBe('kms-key-not-found');
  } finally {
    await lost.close();
    await elsewhere.stop();
  }
});

test('the date is noted by whoever sees it, where the process that asked for it died before', async () => {
  const { keyId } = await rig.open().createKey({ tenant: 'acme', epoch: '1' });
  fake.keys.find('eu-central-1', keyId).deletionDate = new Date(fake.clock.now().getTime() + 7 * DAY_MS);
  expect((await rig.open().describeKey(keyId)).state).toBe('pending-deletion');
  fake.clock.advance(7 * DAY_MS);
  expect((await rig.open().describeKey(keyId)).state).toBe('destroyed');
});

/** What AWS does of it, before the process that asks is dead. */
async function dieAsking(keyId: string, isDone: boolean): Promise<void> {
  const only = { operations: ['ScheduleKeyDeletion'] } as const;
  if (isDone) fake.faults.add({ kind: 'lost' }, { ...only, times: 1 });
  fake.faults.add({ kind: 'deny' }, only);
  expect(await rejectionCode(rig.open().scheduleKeyDeletion(keyId, 7))).toBe('kms-access-denied');
  fake.faults.clear();
}

test('who dies before the answer, and is back when the key is gone, has its date on record', async () => {
  const { keyId } = await rig.open().createKey({ tenant: 'acme', epoch: '1' });
  await dieAsking(keyId, true);
  fake.clock.advance(7 * DAY_MS);
  expect((await rig.open().describeKey(keyId)).state).toBe('destroyed');
});

test('a deletion that AWS never heard of leaves no date behind once the key is seen alive', async () => {
  const { keyId } = await rig.open().createKey({ tenant: 'acme', epoch: '1' });
  await dieAsking(keyId, false);
  fake.clock.advance(7 * DAY_MS);
  expect((await rig.open().describeKey(keyId)).state).toBe('enabled');
  expect(await rig.doomed.read(keyId)).toBeUndefined();
});

test('no date is noted for a key that AWS does not know', async () => {
  const keyId = 'arn:aws:kms:eu-central-1:111122223333:key/' + randomUUID();
  expect(await rejectionCode(rig.open().scheduleKeyDeletion(keyId, 7))).toBe('kms-key-not-found');
  expect(await rig.doomed.read(keyId)).toBeUndefined();
});

test('a cancelled deletion takes the date back: what is gone afterwards is missing, not destroyed', async () => {
  const keyId = await doomedKey();
  await rig.open().cancelKeyDeletion(keyId);
  expect(await rig.doomed.read(keyId)).toBeUndefined();
  fake.keys.find('eu-central-1', keyId).deletionDate = new Date(fake.clock.now().getTime() + DAY_MS);
  fake.clock.advance(8 * DAY_MS);
  expect(await rejectionCode(rig.open().describeKey(keyId))).toBe('kms-key-not-found');
});

test('a key that waits is looked at once in AWS_KMS_PENDING_LOOK, however often it is asked about', async () => {
  const keyId = await doomedKey();
  const kms = rig.open();
  const before = looks();
  for (let asked = 0; asked < 20; asked++) await kms.describeKey(keyId);
  expect(looks()).toBe(before + 1);
  const eager = rig.open({}, { AWS_KMS_PENDING_LOOK: 'PT0S' });
  const { state } = await eager.describeKey(keyId);
  expect(state).toBe('pending-deletion');
});

test('pending days that AWS does not have are refused before anything is asked', async () => {
  const { keyId } = await rig.open().createKey({ tenant: 'acme', epoch: '1' });
  const before = fake.calls.length;
  for (const days of [0, 6, 31, 7.5])
    await expect(rig.open().scheduleKeyDeletion(keyId, days)).rejects.toThrow(RangeError);
  expect(fake.calls.length).toBe(before);
});

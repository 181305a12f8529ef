import { expect, test } from 'vitest';
import { createKmsCalls } from '../../../src/platform/aws-kms/calls.ts';
import { findKeys, type TaggedKey } from '../../../src/platform/aws-kms/find-keys.ts';
import { openAwsKmsRig } from '../../support/aws-kms.ts';
import { startKmsFake } from '../../support/kms-fake/server.ts';

const REGION = 'eu-central-1';
const NEIGHBOURS = 250;

test('finds the key that a dead process made and never recorded, among pages of others', async () => {
  const fake = await startKmsFake();
  const rig = await openAwsKmsRig(fake, fake.clock);
  const calls = createKmsCalls({
    ...{ endpoint: fake.url, profile: undefined, deadlineMs: 5_000, onCall: () => undefined },
  });
  try {
    for (let other = 0; other < NEIGHBOURS; other++)
      fake.keys.create({ region: REGION, tags: { team: 'billing' }, policy: undefined });
    const tags = { 'lethe:tenant': 'acme', 'lethe:epoch': '2' };
    const orphan = fake.keys.create({ region: REGION, tags, policy: undefined });
    const recorded = await rig.open().createKey({ tenant: 'acme', epoch: '2' });
    const doomed = await rig.open().createKey({ tenant: 'acme', epoch: '1' });
    await rig.open().scheduleKeyDeletion(doomed.keyId, 7);
    const found: TaggedKey[] = [];
    for await (const key of findKeys(calls, REGION, new Set([recorded.keyId]))) found.push(key);
    expect(found).toMatchObject([{ keyId: orphan.arn, tenant: 'acme', epoch: '2', state: 'enabled' }]);
  } finally {
    calls.close();
    await rig.close();
    await fake.stop();
  }
});

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { openEmbeddedKms } from '../../../src/platform/keystore/embedded-kms.ts';
import { kmsContract, type KmsUnderTest } from '../../contract/kms.contract.ts';
import { openAwsKmsRig } from '../../support/aws-kms.ts';
import { startKmsFake, type KmsFake } from '../../support/kms-fake/server.ts';
import { canRunLocalKms, useLocalKms } from '../../support/local-kms.ts';

const clock = { now: () => new Date() };
const REGION = 'eu-central-1';

async function overServer(url: string): Promise<KmsUnderTest> {
  const rig = await openAwsKmsRig({ url, region: REGION }, clock);
  const arn = (region: string): string => `arn:aws:kms:${region}:111122223333:key/${randomUUID()}`;
  const unknownIds = [arn(REGION), randomUUID(), 'alias/lethe/a/1', arn(REGION).replace('key', 'alias')];
  return { kms: rig.open(), other: rig.open(), unknownIds, close: () => rig.close() };
}

kmsContract(
  'the embedded keystore',
  async () => {
    const parent = await mkdtemp(join(tmpdir(), 'lethe-kms-'));
    const open = () => openEmbeddedKms({ dir: join(parent, 'kms'), clock });
    const close = () => rm(parent, { recursive: true, force: true });
    return { kms: await open(), other: await open(), unknownIds: [randomUUID(), '../kms', '.new-x'], close };
  },
  { cancelled: 'disabled' },
);

describe('on a server of the tests', () => {
  let fake: KmsFake;
  beforeAll(async () => {
    fake = await startKmsFake();
  });
  afterAll(() => fake.stop());
  kmsContract('AWS KMS, the strict fake', () => overServer(fake.url), { cancelled: 'disabled' });
});

describe.skipIf(!canRunLocalKms())('on an emulator by others', () => {
  const server = useLocalKms(REGION);
  kmsContract('AWS KMS, local-kms', () => overServer(server().url), { cancelled: 'enabled' });
});

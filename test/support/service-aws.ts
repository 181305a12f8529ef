import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { readPolicies, ROLES } from './aws-policies.ts';
import { createFakeClock } from './fake-clock.ts';
import type { LocalKms } from '../../infra/local-kms/server.ts';
import { CREDENTIALS } from './aws-kms.ts';
import { startKmsFake, type KmsFake } from './kms-fake/server.ts';
import { useLocalKms } from './local-kms.ts';
import { createService, type TestService } from './service.ts';

const DAY_MS = 86_400_000;
/** The fake is so far behind that what it dooms for seven days is due by the service's clock, and not yet by its own. */
const BEHIND_DAYS = 60;

/** For a service on AWS KMS at that address. */
export const awsEnv = (url: string): Readonly<Record<string, string>> => ({
  AWS_KMS: '1',
  AWS_REGION: 'eu-central-1',
  AWS_KMS_ENDPOINT: url,
  AWS_KMS_PENDING_LOOK: 'PT0.2S',
  AWS_KMS_DEADLINE: 'PT2S',
});

const profile = (name: string): string =>
  `[${name}]\naws_access_key_id = ${name}\naws_secret_access_key = not-a-secret\n`;

export interface AwsService {
  readonly service: TestService;
  readonly fake: KmsFake;
}

/** A service on the strict fake, with the roles of infra/aws: `worker` for itself, `serving` for what answers users. */
export function useServiceOnFake(env: Readonly<Record<string, string>>): () => AwsService {
  let home = '';
  let started: AwsService | undefined;
  beforeAll(async () => {
    const now = new Date(Date.now() - BEHIND_DAYS * DAY_MS).toISOString();
    const fake = await startKmsFake({ clock: createFakeClock(now) });
    for (const role of ['worker', 'serving'] as const)
      fake.roles.set(role, await readPolicies(...ROLES[role]));
    home = await mkdtemp(join(tmpdir(), 'lethe-aws-'));
    await writeFile(join(home, 'credentials'), ['worker', 'serving'].map(profile).join(''));
    const service = await createService({
      database: 'shared',
      env: {
        ...awsEnv(fake.url),
        AWS_PROFILE: 'worker',
        AWS_KMS_SERVING_PROFILE: 'serving',
        AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
        AWS_CONFIG_FILE: join(home, 'config'),
        ...env,
      },
    });
    started = { service, fake };
    await service.start();
  });
  afterAll(async () => {
    await started?.service.destroy();
    await started?.fake.stop();
    await rm(home, { recursive: true, force: true });
  });
  return () => {
    if (started === undefined) throw new Error('the service was not started');
    return started;
  };
}

/** A service on local-kms, which knows no roles. */
export function useServiceOnLocalKms(
  env: Readonly<Record<string, string>>,
): () => { readonly service: TestService; readonly kms: LocalKms } {
  const kms = useLocalKms();
  let service: TestService | undefined;
  beforeAll(async () => {
    service = await createService({
      database: 'shared',
      env: { ...awsEnv(kms().url), ...CREDENTIALS, ...env },
    });
    await service.start();
  });
  afterAll(async () => service?.destroy());
  return () => {
    if (service === undefined) throw new Error('the service was not started');
    return { service, kms: kms() };
  };
}

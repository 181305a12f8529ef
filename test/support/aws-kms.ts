import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/domain/ports/clock.ts';
import { createAwsKms, type AwsKms, type AwsKmsOptions } from '../../src/platform/aws-kms/aws-kms.ts';
import { awsKmsConfig, awsKmsVariables } from '../../src/platform/aws-kms/aws-kms-config.ts';
import { openDoomedKeys, type DoomedKeys } from '../../src/platform/aws-kms/doomed-keys.ts';
import { z } from 'zod';

/** Whom the SDK signs as; the emulators believe anybody. */
export const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'lethe-test', AWS_SECRET_ACCESS_KEY: 'not-a-secret' };

export interface AwsKmsRig {
  readonly doomed: DoomedKeys;
  /** Another process, as far as memory goes. */
  open(options?: Partial<AwsKmsOptions>, env?: Readonly<Record<string, string>>): AwsKms;
  close(): Promise<void>;
}

/** Adapters over one server, with a folder for their records. */
export async function openAwsKmsRig(
  { url, region = 'eu-central-1' }: { readonly url: string; readonly region?: string },
  clock: Clock,
): Promise<AwsKmsRig> {
  Object.assign(process.env, CREDENTIALS);
  const dir = await mkdtemp(join(tmpdir(), 'lethe-aws-kms-'));
  const doomed = await openDoomedKeys(join(dir, 'aws-kms'));
  const opened: AwsKms[] = [];
  return {
    doomed,
    open: (options = {}, env = {}) => {
      const variables = { AWS_KMS: '1', AWS_REGION: region, AWS_KMS_ENDPOINT: url, ...env };
      const config = awsKmsConfig(z.object(awsKmsVariables).parse(variables));
      if (config === undefined) throw new Error('AWS_KMS is off');
      const kms = createAwsKms({ config, doomed, clock, ...options });
      opened.push(kms);
      return kms;
    },
    close: async () => {
      for (const kms of opened) kms.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

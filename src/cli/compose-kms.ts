import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LetheError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { Kms } from '../domain/ports/kms.ts';
import type { AwsKmsConfig } from '../platform/aws-kms/aws-kms-config.ts';
import type { KmsCall } from '../platform/aws-kms/calls.ts';
import { openDoomedKeys } from '../platform/aws-kms/doomed-keys.ts';
import type { KmsMetrics } from '../platform/aws-kms/metrics.ts';
import type { Config } from '../platform/config.ts';
import { openEmbeddedKms } from '../platform/keystore/embedded-kms.ts';
import { tracedKms } from '../platform/tracing/traced-kms.ts';

export type KmsConfig = Pick<Config, 'keystoreDir' | 'keyCacheMs' | 'awsKms'>;

/** The KMS that the configuration names, and what goes with it. */
export interface KeyService {
  readonly kms: Kms;
  /** For what answers users. On AWS with credentials of its own, IAM lets it open serving roots and no others. */
  readonly servingKms: Kms;
  /** Days that a key stays recoverable once it is to be destroyed; 0: it is destroyed at once. */
  readonly pendingDays: number;
  close(): void;
}

interface KmsSurroundings {
  readonly clock: Clock;
  readonly metrics?: KmsMetrics | undefined;
}

/** Throws LetheError `config-invalid` for a key policy that cannot be read, and `kms-unavailable`. */
export async function openKms(config: KmsConfig, surroundings: KmsSurroundings): Promise<KeyService> {
  const opened = await openEither(config, surroundings);
  return { ...opened, kms: tracedKms(opened.kms), servingKms: tracedKms(opened.servingKms) };
}

async function openEither(config: KmsConfig, surroundings: KmsSurroundings): Promise<KeyService> {
  if (config.awsKms !== undefined) return openAwsKms(config.awsKms, config.keystoreDir, surroundings);
  const kms = await openEmbeddedKms({ dir: join(config.keystoreDir, 'kms'), clock: surroundings.clock });
  return { kms, servingKms: kms, pendingDays: 0, close: () => undefined };
}

/** How long a process may keep an unwrapped root, milliseconds. */
export const rootLifeOf = ({ keyCacheMs, awsKms }: Pick<Config, 'keyCacheMs' | 'awsKms'>): number =>
  Math.max(keyCacheMs, awsKms?.rootCacheMs ?? 0);

async function openAwsKms(
  config: AwsKmsConfig,
  keystoreDir: string,
  { clock, metrics }: KmsSurroundings,
): Promise<KeyService> {
  const { createAwsKms } = await import('../platform/aws-kms/aws-kms.ts');
  const doomed = await openDoomedKeys(join(keystoreDir, 'aws-kms'));
  const onCall = ({ operation, outcome, attempts }: KmsCall): void =>
    metrics?.calls.inc({ operation, outcome }, attempts);
  const shared = { config, doomed, clock, onCall };
  const kms = createAwsKms({ ...shared, keyPolicy: await readPolicy(config.keyPolicyFile) });
  const { servingProfile: profile, pendingDays } = config;
  if (profile === undefined) return { kms, servingKms: kms, pendingDays, close: () => kms.close() };
  const servingKms = createAwsKms({ ...shared, profile });
  const close = (): void => {
    for (const one of [kms, servingKms]) one.close();
  };
  return { kms, servingKms, pendingDays, close };
}

async function readPolicy(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    const policy = await readFile(file, 'utf8');
    JSON.parse(policy);
    return policy;
  } catch (cause) {
    throw new LetheError('config-invalid', 'environment: AWS_KMS_KEY_POLICY: no JSON file', { cause });
  }
}

import { resolve } from 'node:path';
import { z } from 'zod';
import { configInvalid, milliseconds } from '../variables.ts';

const MAX_ROOT_CACHE_MS = 300_000;

/** `eu-central=eu-central-1,us-east=us-east-1`: the service's name of a region, and AWS's. */
const regionList = z
  .string()
  .regex(/^[a-z0-9-]+=[a-z0-9-]+(,[a-z0-9-]+=[a-z0-9-]+)*$/, 'a list such as eu-central=eu-central-1')
  .transform(
    text =>
      new Map(text.split(',').map((pair): [string, string] => splitPair(pair))) as ReadonlyMap<
        string,
        string
      >,
  );

function splitPair(pair: string): [string, string] {
  const [name = '', region = ''] = pair.split('=');
  return [name, region];
}

/** One entry a variable of the environment; those that the AWS SDK reads by itself are not among them. */
export const awsKmsVariables = {
  AWS_KMS: z.stringbool('1 or 0').default(false),
  AWS_REGION: z.string().optional(),
  AWS_KMS_REGIONS: regionList.optional(),
  AWS_KMS_ENDPOINT: z.url({ protocol: /^https?$/, error: 'an http(s):// URL' }).optional(),
  AWS_KMS_SERVING_PROFILE: z.string().optional(),
  AWS_ACCESS_KEY_ID: z.string().optional(),
  AWS_KMS_KEY_POLICY: z.string().optional(),
  // AWS KMS, ScheduleKeyDeletion: 7 to 30 days.
  AWS_KMS_PENDING_DAYS: z.coerce.number('days').int().min(7).max(30).default(7),
  AWS_KMS_PENDING_LOOK: milliseconds.prefault('PT1H'),
  AWS_KMS_DEADLINE: milliseconds.prefault('PT5S'),
  AWS_KMS_ROOT_CACHE: milliseconds
    .refine(ms => ms <= MAX_ROOT_CACHE_MS, 'at most PT5M: a revoked key opens that much longer')
    .prefault('PT1M'),
  AWS_KMS_TENANT_RATE: z.coerce.number('calls a second').min(1).default(10),
};

export interface AwsKmsConfig {
  /** Where keys of tenants are made whose region is not listed; undefined: nowhere. */
  readonly defaultRegion: string | undefined;
  /** AWS's region for each of the service's; empty: everything is in the default one. */
  readonly regions: ReadonlyMap<string, string>;
  /** Instead of AWS's own, for tests and for interface endpoints. */
  readonly endpoint: string | undefined;
  /** Named credentials whose IAM role opens serving roots only; undefined: the process's own are used. */
  readonly servingProfile: string | undefined;
  /** JSON document that every new key gets as its key policy; undefined: AWS's default. */
  readonly keyPolicyFile: string | undefined;
  /** Days from the end of an epoch until its key is gone. */
  readonly pendingDays: number;
  /** How often a key that waits for its deletion is looked at, milliseconds. */
  readonly pendingLookMs: number;
  /** How long a call may take, retries included, milliseconds. */
  readonly deadlineMs: number;
  /** How long unwrapped epoch roots stay in memory, milliseconds. */
  readonly rootCacheMs: number;
  /** Calls a second that may be made for one tenant, beyond a burst of ten times as many. */
  readonly tenantRate: number;
}

type Variables = z.infer<z.ZodObject<typeof awsKmsVariables>>;

/** Undefined where keys are in the embedded keystore. Throws `config-invalid` for settings that do not go together. */
export function awsKmsConfig(data: Variables): AwsKmsConfig | undefined {
  if (!data.AWS_KMS) return undefined;
  const regions = data.AWS_KMS_REGIONS ?? new Map<string, string>();
  if (data.AWS_REGION === undefined && regions.size === 0)
    throw configInvalid('AWS_REGION', 'AWS_KMS needs AWS_REGION, or AWS_KMS_REGIONS');
  // Which of the two a SDK prefers must not decide who opens what.
  if (data.AWS_KMS_SERVING_PROFILE !== undefined && data.AWS_ACCESS_KEY_ID !== undefined)
    throw configInvalid(
      'AWS_KMS_SERVING_PROFILE',
      'AWS_KMS_SERVING_PROFILE and AWS_ACCESS_KEY_ID exclude each other',
    );
  return {
    defaultRegion: data.AWS_KMS_REGIONS === undefined ? data.AWS_REGION : undefined,
    regions,
    endpoint: data.AWS_KMS_ENDPOINT,
    servingProfile: data.AWS_KMS_SERVING_PROFILE,
    keyPolicyFile: data.AWS_KMS_KEY_POLICY === undefined ? undefined : resolve(data.AWS_KMS_KEY_POLICY),
    pendingDays: data.AWS_KMS_PENDING_DAYS,
    pendingLookMs: data.AWS_KMS_PENDING_LOOK,
    deadlineMs: data.AWS_KMS_DEADLINE,
    rootCacheMs: data.AWS_KMS_ROOT_CACHE,
    tenantRate: data.AWS_KMS_TENANT_RATE,
  };
}

import { resolve, sep } from 'node:path';
import { z } from 'zod';
import { cellProfileSchema, type CellProfile } from '../domain/cell/profile.ts';
import { LetheError } from '../domain/errors.ts';
import type { Secret } from '../domain/secret.ts';
import { awsKmsConfig, awsKmsVariables, type AwsKmsConfig } from './aws-kms/aws-kms-config.ts';
import { kafkaConfig, kafkaVariables, type KafkaConfig } from './kafka/kafka-config.ts';
import {
  eventStoreConfig,
  eventStoreVariables,
  type EventStoreConfig,
} from './eventstore/eventstore-config.ts';
import { oidcConfig, oidcVariables, type OidcConfig } from './oidc/oidc-config.ts';
import { siemConfig, siemVariables, type SiemConfig } from './siem/siem-config.ts';
import { tracingConfig, tracingVariables, type TracingConfig } from './tracing/tracing-config.ts';
import { witnessList, type WitnessAddress } from './notary/witness-list.ts';
import { asSecret, configInvalid, jsonText, milliseconds } from './variables.ts';

const MAX_KEY_CACHE_MS = 60_000;
const MIN_EPOCH_MS = 1_000;

const port = z.coerce.number('a port number').int().min(0).max(65_535);
const keyCache = milliseconds.refine(
  ms => ms <= MAX_KEY_CACHE_MS,
  'at most PT60S: keys stay in memory for seconds',
);

const epoch = milliseconds.refine(ms => ms >= MIN_EPOCH_MS, 'at least PT1S');

/** One entry a variable; what is absent or empty takes the default. */
const variables = z.object({
  LETHE_PORT: port.default(7070),
  LETHE_WORKER_PORT: port.default(7071),
  LETHE_HOST: z.string().default('127.0.0.1'),
  LETHE_DATA_DIR: z.string().default('.lethe'),
  LETHE_KEYSTORE_DIR: z.string().optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// URL' })
    .transform(asSecret)
    .optional(),
  LETHE_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  LETHE_KEY_CACHE: keyCache.prefault('PT5S'),
  LETHE_PROFILE: jsonText.pipe(cellProfileSchema).optional(),
  LETHE_EPOCH: epoch.prefault('P1D'),
  LETHE_EXPORT_LIFE: milliseconds.prefault('P7D'),
  LETHE_LOG_ORIGIN: z
    .string()
    .regex(/^[^\s+]{1,200}$/u, 'a name without spaces and +')
    .default('lethe.local'),
  LETHE_WITNESSES: witnessList.optional(),
  LETHE_WITNESS_QUORUM: z.coerce.number('a number of witnesses').int().min(1).optional(),
  ...eventStoreVariables,
  ...siemVariables,
  ...kafkaVariables,
  ...awsKmsVariables,
  ...oidcVariables,
  ...tracingVariables,
  LETHE_RATE_LIMIT: z.coerce.number('requests a second').int().min(0).default(10_000),
});

export interface Config {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Where a process that runs workers alone tells how it is. */
  readonly workerPort: number;
  readonly host: string;
  readonly dataDir: string;
  /**
   * What must have no history: KMS keys, survivors, newest checkpoints. Beside the data directory, never inside, so that
   * restoring the one does not bring back a key that was destroyed in the other.
   */
  readonly keystoreDir: string;
  /** Undefined: the embedded PostgreSQL. A secret, because it may hold a password. */
  readonly databaseUrl: Secret | undefined;
  readonly logLevel: LogLevel;
  /** What the cell is said to be; undefined: nothing is said, and nothing proven (promises 5, 14). */
  readonly profile: CellProfile | undefined;
  /** How long unwrapped keys stay in memory, milliseconds. */
  readonly keyCacheMs: number;
  /** How long an epoch of keys lasts, milliseconds: an erasure is beyond every backup that much later at most. */
  readonly epochMs: number;
  /** How long a built report may be downloaded before its key is destroyed, milliseconds. */
  readonly exportLifeMs: number;
  /** First part of the origin of every tenant's log: `<logOrigin>/<tenant>`. */
  readonly logOrigin: string;
  /** Who is asked to cosign checkpoints, and how many must before one is published. */
  readonly witnesses: readonly WitnessAddress[];
  readonly witnessQuorum: number;
  readonly eventStore: EventStoreConfig;
  readonly siem: SiemConfig;
  /** Undefined: nothing of Kafka runs. */
  readonly kafka: KafkaConfig | undefined;
  /** Undefined: KMS keys are in the embedded keystore. */
  readonly awsKms: AwsKmsConfig | undefined;
  /** Undefined: API keys alone. */
  readonly oidc: OidcConfig | undefined;
  readonly tracing: TracingConfig;
  /** Requests a second that one credential may make; 0 means no limit. */
  readonly rateLimit: number;
}

export type LogLevel = z.infer<typeof variables>['LETHE_LOG_LEVEL'];

/** Reads the environment. Throws `config-invalid`, which names each bad variable and never its value. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(given);
  if (!parsed.success) throw variablesInvalid(parsed.error);
  const { data } = parsed;
  return {
    port: data.LETHE_PORT,
    workerPort: data.LETHE_WORKER_PORT,
    host: data.LETHE_HOST,
    dataDir: data.LETHE_DATA_DIR,
    keystoreDir: keystoreBeside(data.LETHE_DATA_DIR, data.LETHE_KEYSTORE_DIR),
    databaseUrl: data.DATABASE_URL,
    logLevel: data.LETHE_LOG_LEVEL,
    profile: data.LETHE_PROFILE,
    keyCacheMs: data.LETHE_KEY_CACHE,
    epochMs: data.LETHE_EPOCH,
    exportLifeMs: data.LETHE_EXPORT_LIFE,
    logOrigin: data.LETHE_LOG_ORIGIN,
    ...witnessing(data.LETHE_WITNESSES ?? [], data.LETHE_WITNESS_QUORUM),
    eventStore: eventStoreConfig(data),
    siem: siemConfig(data),
    kafka: kafkaConfig(data),
    awsKms: awsKmsConfig(data),
    oidc: oidcConfig(data),
    tracing: tracingConfig(data),
    rateLimit: data.LETHE_RATE_LIMIT,
  };
}

/** Where the keystore of a data directory is unless the configuration says otherwise. */
export const defaultKeystoreDir = (dataDir: string): string => `${resolve(dataDir)}.keystore`;

function keystoreBeside(dataDir: string, given: string | undefined): string {
  const dir = given === undefined ? defaultKeystoreDir(dataDir) : resolve(given);
  if (!`${dir}${sep}`.startsWith(`${resolve(dataDir)}${sep}`)) return dir;
  throw configInvalid(
    'LETHE_KEYSTORE_DIR',
    'the keystore must not lie in the data directory, or a backup of the one is a backup of both',
  );
}

/** All of them, unless the configuration says how many. */
function witnessing(
  witnesses: readonly WitnessAddress[],
  quorum = witnesses.length,
): Pick<Config, 'witnesses' | 'witnessQuorum'> {
  if (quorum <= witnesses.length) return { witnesses, witnessQuorum: quorum };
  const message = `${quorum} witnesses have to cosign, but ${witnesses.length} are named`;
  throw configInvalid('LETHE_WITNESS_QUORUM', message);
}

function variablesInvalid(error: z.ZodError): LetheError {
  const faults = error.issues.map(({ path, message }) => ({
    field: path.join('.'),
    code: 'config-invalid',
    message,
  }));
  const said = faults.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new LetheError('config-invalid', `environment: ${said}`, { faults });
}

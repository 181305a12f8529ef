import { z } from 'zod';
import { LetheError } from '../domain/errors.ts';
import { Secret } from '../domain/secret.ts';
import { addDuration, duration } from '../domain/time/duration.ts';

const MAX_KEY_CACHE_MS = 60_000;
const toMillis = (text: string): number => addDuration(new Date(0), text).getTime();

const port = z.coerce.number('a port number').int().min(0).max(65_535);
const keyCache = duration
  .transform(toMillis)
  .refine(ms => ms <= MAX_KEY_CACHE_MS, 'at most PT60S: keys stay in memory for seconds');

/** One entry a variable; what is absent or empty takes the default. */
const variables = z.object({
  LETHE_PORT: port.default(7070),
  LETHE_HOST: z.string().default('127.0.0.1'),
  LETHE_DATA_DIR: z.string().default('.lethe'),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'a postgres:// URL' })
    .transform(url => new Secret(Buffer.from(url, 'utf8')))
    .optional(),
  LETHE_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  LETHE_KEY_CACHE: keyCache.prefault('PT5S'),
  LETHE_RATE_LIMIT: z.coerce.number('requests a second').int().min(0).default(10_000),
});

export interface Config {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly host: string;
  readonly dataDir: string;
  /** Undefined: the embedded PostgreSQL. A secret, because it may hold a password. */
  readonly databaseUrl: Secret | undefined;
  readonly logLevel: LogLevel;
  /** How long unwrapped keys stay in memory, milliseconds. */
  readonly keyCacheMs: number;
  /** Requests a second that one credential may make; 0 means no limit. */
  readonly rateLimit: number;
}

export type LogLevel = z.infer<typeof variables>['LETHE_LOG_LEVEL'];

/** Reads the environment. Throws `config-invalid`, which names each bad variable and never its value. */
export function loadConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(given);
  if (!parsed.success) throw configInvalid(parsed.error);
  const { data } = parsed;
  return {
    port: data.LETHE_PORT,
    host: data.LETHE_HOST,
    dataDir: data.LETHE_DATA_DIR,
    databaseUrl: data.DATABASE_URL,
    logLevel: data.LETHE_LOG_LEVEL,
    keyCacheMs: data.LETHE_KEY_CACHE,
    rateLimit: data.LETHE_RATE_LIMIT,
  };
}

function configInvalid(error: z.ZodError): LetheError {
  const faults = error.issues.map(({ path, message }) => ({
    field: path.join('.'),
    code: 'config-invalid',
    message,
  }));
  const said = faults.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return new LetheError('config-invalid', `environment: ${said}`, { faults });
}

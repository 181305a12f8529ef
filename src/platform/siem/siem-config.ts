import { resolve } from 'node:path';
import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import { Secret } from '../../domain/secret.ts';

const MEGABYTE = 1024 * 1024;

/** One entry a variable of the environment. */
export const siemVariables = {
  LETHE_SIEM_HEC_URL: z.url({ protocol: /^https?$/, error: 'an http(s):// URL' }).optional(),
  LETHE_SIEM_HEC_TOKEN: z
    .string()
    .transform(text => new Secret(Buffer.from(text, 'utf8')))
    .optional(),
  LETHE_SIEM_HEC_ACK: z.stringbool('true or false').default(false),
  LETHE_SIEM_FILE: z.string().optional(),
  LETHE_SIEM_FILE_MB: z.coerce.number('megabytes').int().min(1).max(100_000).default(100),
};

/** Where a SIEM takes events from; what is undefined is off. */
export interface SiemConfig {
  readonly hec:
    | {
        /** Address of the Splunk HTTP Event Collector, without a path. */
        readonly url: string;
        readonly token: Secret;
        /** Whether to wait until the indexer has what was sent: the token has to allow it. */
        readonly acknowledge: boolean;
      }
    | undefined;
  /** A file of so many bytes is closed, and another begun. */
  readonly file: { readonly path: string; readonly bytes: number } | undefined;
}

type Variables = z.infer<z.ZodObject<typeof siemVariables>>;

/** Throws `config-invalid`: a URL without a token is a mistake, and not a way to turn it off. */
export function siemConfig(data: Variables): SiemConfig {
  const { LETHE_SIEM_HEC_URL: url, LETHE_SIEM_HEC_TOKEN: token, LETHE_SIEM_FILE: path } = data;
  if ((url === undefined) !== (token === undefined)) throw halfConfigured();
  return {
    hec:
      url === undefined || token === undefined
        ? undefined
        : { url, token, acknowledge: data.LETHE_SIEM_HEC_ACK },
    file: path === undefined ? undefined : { path: resolve(path), bytes: data.LETHE_SIEM_FILE_MB * MEGABYTE },
  };
}

/** Whether events leave for a SIEM at all: certificates say so. */
export const receivesEvents = ({ hec, file }: SiemConfig): boolean => hec !== undefined || file !== undefined;

function halfConfigured(): LetheError {
  const message = 'LETHE_SIEM_HEC_URL and LETHE_SIEM_HEC_TOKEN go together';
  const fault = { field: 'LETHE_SIEM_HEC_URL', code: 'config-invalid', message };
  return new LetheError('config-invalid', `environment: ${message}`, { faults: [fault] });
}

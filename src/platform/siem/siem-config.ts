import { resolve } from 'node:path';
import { z } from 'zod';
import type { Secret } from '../../domain/secret.ts';
import { asSecret, configInvalid } from '../variables.ts';

const MEGABYTE = 1024 * 1024;

/** One entry a variable of the environment. */
export const siemVariables = {
  LETHE_SIEM_HEC_URL: z.url({ protocol: /^https?$/, error: 'an http(s):// URL' }).optional(),
  LETHE_SIEM_HEC_TOKEN: z.string().transform(asSecret).optional(),
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
  if ((url === undefined) !== (token === undefined))
    throw configInvalid('LETHE_SIEM_HEC_URL', 'LETHE_SIEM_HEC_URL and LETHE_SIEM_HEC_TOKEN go together');
  return {
    hec:
      url === undefined || token === undefined
        ? undefined
        : { url, token, acknowledge: data.LETHE_SIEM_HEC_ACK },
    file: path === undefined ? undefined : { path: resolve(path), bytes: data.LETHE_SIEM_FILE_MB * MEGABYTE },
  };
}

/** Whether events leave for a SIEM by one of these ways, a topic of Kafka aside: certificates say so. */
export const receivesEvents = ({ hec, file }: SiemConfig): boolean => hec !== undefined || file !== undefined;

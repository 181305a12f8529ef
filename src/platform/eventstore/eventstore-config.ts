import { z } from 'zod';
import type { Secret } from '../../domain/secret.ts';
import { asSecret } from '../variables.ts';

/** One entry a variable of the environment. */
export const eventStoreVariables = {
  EVENTSTORE_URL: z
    .string()
    .regex(/^esdb(\+discover)?:\/\/[^\s]+$/u, 'an esdb:// or esdb+discover:// URL')
    .transform(asSecret)
    .optional(),
  EVENTSTORE_STREAM: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'letters, digits, ".", "_" and "-"')
    .default('lethe'),
};

/** Undefined: the log is in PostgreSQL. */
export type EventStoreConfig =
  | {
      /** A secret, because it may hold a password. */
      readonly url: Secret;
      /** The one stream that holds this cell's log. */
      readonly stream: string;
    }
  | undefined;

type Variables = z.infer<z.ZodObject<typeof eventStoreVariables>>;

export const eventStoreConfig = ({
  EVENTSTORE_URL: url,
  EVENTSTORE_STREAM: stream,
}: Variables): EventStoreConfig => (url === undefined ? undefined : { url, stream });

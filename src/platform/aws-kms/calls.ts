import { KMSClient } from '@aws-sdk/client-kms';
import { LRUCache } from 'lru-cache';
import { portError } from './errors.ts';

/** First try and retries of one call: the SDK waits longer before each, with jitter, and longest when throttled. */
const ATTEMPTS = 5;
const CONNECT_MS = 1_000;
const REGIONS = 50;

export interface KmsCall {
  readonly operation: string;
  /** `ok`, or the port's code. */
  readonly outcome: string;
  /** Requests that it took. */
  readonly attempts: number;
}

export interface CallOptions {
  readonly endpoint: string | undefined;
  /** Named credentials; undefined: the process's own, found as the AWS SDK does. */
  readonly profile: string | undefined;
  /** How long a call may take, retries included, milliseconds. */
  readonly deadlineMs: number;
  readonly onCall: (call: KmsCall) => void;
}

export type Send<Output> = (
  client: KMSClient,
  options: { readonly abortSignal: AbortSignal },
) => Promise<Output>;

export interface KmsCalls {
  /** One call, with its retries, to a region. Throws what AWS answers as the port's LetheError. */
  to<Output extends object>(region: string, operation: string, send: Send<Output>): Promise<Output>;
  close(): void;
}

/** A client a region, made when it is first needed. */
export function createKmsCalls({ endpoint, profile, deadlineMs, onCall }: CallOptions): KmsCalls {
  const clients = new LRUCache<string, KMSClient>({ max: REGIONS, dispose: client => client.destroy() });

  const connect = (region: string): KMSClient =>
    new KMSClient({
      region,
      retryMode: 'standard',
      maxAttempts: ATTEMPTS,
      // A request that hangs leaves time for another.
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        requestTimeout: Math.ceil(deadlineMs / 2),
        throwOnRequestTimeout: true,
      },
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(profile === undefined ? {} : { profile }),
    });

  const clientOf = (region: string): KMSClient => {
    const standing = clients.get(region);
    if (standing !== undefined) return standing;
    const client = connect(region);
    clients.set(region, client);
    return client;
  };

  return {
    to: async (region, operation, send) => {
      try {
        const output = await send(clientOf(region), { abortSignal: AbortSignal.timeout(deadlineMs) });
        onCall({ operation, outcome: 'ok', attempts: attemptsOf(output) });
        return output;
      } catch (cause) {
        const error = portError(cause);
        onCall({ operation, outcome: error.code, attempts: attemptsOf(cause) });
        throw error;
      }
    },
    close: () => clients.clear(),
  };
}

/** The SDK leaves the count on what it answers or throws; on a deadline it does not. */
function attemptsOf(result: unknown): number {
  if (typeof result !== 'object' || result === null || !('$metadata' in result)) return 1;
  const metadata = result.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('attempts' in metadata)) return 1;
  return typeof metadata.attempts === 'number' ? metadata.attempts : 1;
}

import { LetheError } from '../../domain/errors.ts';

/** What an API call of the demo came to. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** Lethe-Position of a write. */
  readonly position: string | undefined;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Lethe-Min-Position of a read. */
  readonly after?: string | undefined;
}

export type Call = (
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  options?: CallOptions,
) => Promise<Answer>;

/** Calls the API as its users do: over HTTP, with a key. */
export function createClient(address: string, key: string): Call {
  return async (method, path, { body, after } = {}) => {
    const response = await fetch(new URL(path, address), {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(after === undefined ? {} : { 'lethe-min-position': after }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    return {
      status: response.status,
      body: answer,
      position: response.headers.get('lethe-position') ?? undefined,
    };
  };
}

/** Reads a field that the contract promises. Throws `demo-failed`, naming call and answer. */
export function textOf({ status, body }: Answer, field: string): string {
  const value = body[field];
  if (typeof value === 'string') return value;
  throw new LetheError(
    'demo-failed',
    `no ${field} in an answer ${status} ${JSON.stringify(body['code'] ?? '')}`,
  );
}

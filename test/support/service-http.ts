import type { z } from 'zod';

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, which must be JSON of that shape. */
  as<T extends z.ZodType>(schema: T): z.infer<T>;
  /** The items of an NDJSON body. */
  lines<T extends z.ZodType>(schema: T): z.infer<T>[];
}

export interface RawRequest {
  readonly body?: string | Buffer<ArrayBuffer> | undefined;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Somebody who calls the service with one key. Rejects only where no answer came. */
export interface Caller {
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  put(path: string, body: unknown): Promise<Answer>;
  delete(path: string): Promise<Answer>;
  send(method: string, path: string, request?: RawRequest): Promise<Answer>;
}

/** A caller of whatever address the service has at the moment: it changes with every start. */
export function callerWith(address: () => string, key: string | undefined): Caller {
  const send: Caller['send'] = async (method, path, { body, type, headers = {} } = {}) => {
    const response = await fetch(`${address()}${path}`, {
      method,
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(type === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
    return answerOf(response.status, response.headers, await response.text());
  };
  const withJson = (method: string, path: string, body: unknown): Promise<Answer> =>
    send(method, path, { body: JSON.stringify(body), type: 'application/json' });
  return {
    send,
    get: (path, headers = {}) => send('GET', path, { headers }),
    post: (path, body) => withJson('POST', path, body),
    put: (path, body) => withJson('PUT', path, body),
    delete: path => send('DELETE', path),
  };
}

const answerOf = (status: number, headers: Headers, text: string): Answer => ({
  status,
  headers,
  text,
  as: schema => schema.parse(JSON.parse(text)),
  lines: schema =>
    text
      .split('\n')
      .filter(line => line !== '')
      .map(line => schema.parse(JSON.parse(line))),
});

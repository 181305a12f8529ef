import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Reported {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly data: { readonly subject: string; readonly prompt?: string };
}

/** What a receiver does with one request instead of storing it; undefined stores it. */
export type Mishap = (
  request: { attempt: number; events: readonly Reported[] },
  response: ServerResponse,
) => boolean;

export interface Receiver {
  readonly url: string;
  /** In the order of first arrival. */
  readonly stored: ReadonlyMap<string, Reported>;
  readonly requests: { readonly key: string | undefined; readonly path: string; readonly events: number }[];
  readonly close: () => Promise<void>;
}

/**
 * The far end of an import, to make it fail at will: keeps the contract's identity rule (an id is stored once) and
 * nothing else of the service.
 */
export async function startReceiver(mishap: Mishap = () => false): Promise<Receiver> {
  const stored = new Map<string, Reported>();
  const requests: { key: string | undefined; path: string; events: number }[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const events = (await text(request)).split('\n').map(line => JSON.parse(line) as Reported);
    requests.push({ key: request.headers.authorization, path: request.url ?? '', events: events.length });
    if (mishap({ attempt: requests.length, events }, response)) return;
    const fresh = events.filter(({ id }) => !stored.has(id));
    for (const event of fresh) stored.set(event.id, event);
    reply(response, 200, {
      accepted: fresh.length,
      duplicates: events.length - fresh.length,
      position: stored.size,
    });
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise(done => server.close(() => done()));
  };
  return { url: `http://127.0.0.1:${port}`, stored, requests, close };
}

export function reply(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

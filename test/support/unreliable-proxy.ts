import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What becomes of a connection. pass: both ways · refuse: closed before a byte is read · lose-answer: the request arrives,
 * the answer does not · 503: a gateway answers that nothing is there, and asks to wait · stall: the answer waits for `pass`.
 */
export type Weather = 'pass' | 'refuse' | 'lose-answer' | '503' | 'stall';

export interface UnreliableProxy {
  readonly url: string;
  /** For everything that comes from now on; what is stalled goes on with `pass`. */
  set(weather: Weather): void;
  /** How often each weather struck a request. */
  readonly struck: Readonly<Record<Weather, number>>;
  close(): Promise<void>;
}

const UNAVAILABLE = JSON.stringify({
  type: '/problems/log-unavailable',
  title: 'The log does not answer',
  status: 503,
  code: 'log-unavailable',
  detail: 'the log does not answer',
  instance: 'urn:uuid:00000000-0000-4000-8000-000000000000',
});
const GATEWAY_ANSWER = [
  'HTTP/1.1 503 Service Unavailable',
  'content-type: application/problem+json',
  'retry-after: 0.05',
  `content-length: ${UNAVAILABLE.length}`,
  'connection: close',
  '',
  UNAVAILABLE,
].join('\r\n');

/** A TCP proxy before a service, whose weather a test makes. `target` is asked anew for each connection. */
export async function startUnreliableProxy(target: () => string): Promise<UnreliableProxy> {
  const struck: Record<Weather, number> = { pass: 0, refuse: 0, 'lose-answer': 0, '503': 0, stall: 0 };
  const open = new Set<Socket>();
  const stalled = new Set<() => void>();
  let weather: Weather = 'pass';

  const server = createServer(client => {
    const { hostname, port } = new URL(target());
    const upstream = connect({ host: hostname, port: Number(port) });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => undefined);
      socket.once('close', () => open.delete(socket));
    }
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    client.on('data', (chunk: Buffer) => {
      struck[weather] += 1;
      if (weather === 'refuse') client.destroy();
      else if (weather === '503') client.end(GATEWAY_ANSWER);
      else upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (weather === 'lose-answer') client.destroy();
      else if (weather === 'stall') stalled.add(() => client.write(chunk));
      else client.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    struck,
    set: next => {
      weather = next;
      if (next !== 'pass') return;
      stalled.forEach(goOn => goOn());
      stalled.clear();
    },
    close: async () => {
      open.forEach(socket => socket.destroy());
      server.close();
      await once(server, 'close');
    },
  };
}

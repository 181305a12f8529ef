import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
/** Answers whatever comes with ten bytes, and a request to end with its end. */
let server: Server;
let proxy: TcpProxy;
beforeEach(async () => {
  server = createServer(socket => {
    socket.on('data', bytes =>
      bytes.toString() === 'end' ? socket.end('0123456789') : socket.write('0123456789'),
    );
    socket.on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startTcpProxy(() => (server.address() as AddressInfo | null)?.port);
});
afterEach(async () => {
  await proxy.close();
  server.close();
});

function opened() {
  const socket = connect(proxy.port, '127.0.0.1');
  const got = { text: '', ended: '' };
  socket.on('data', (bytes: Buffer) => (got.text += bytes.toString()));
  socket.once('end', () => (got.ended = 'in order'));
  socket.once('error', () => (got.ended = 'reset'));
  return { socket, got };
}
const comesTo = (got: object, expected: object): Promise<void> =>
  vi.waitFor(() => expect(got).toEqual(expected), PATIENCE);

it('passes on what both say, and the end of it', async () => {
  const { socket, got } = opened();
  socket.write('more');
  await comesTo(got, { text: '0123456789', ended: '' });
  socket.write('end');
  await comesTo(got, { text: '01234567890123456789', ended: 'in order' });
});

it('cuts connections, and takes new ones', async () => {
  const { socket, got } = opened();
  socket.write('more');
  await comesTo(got, { text: '0123456789', ended: '' });
  proxy.cut();
  await comesTo(got, { text: '0123456789', ended: 'reset' });
  const next = opened();
  next.socket.write('end');
  await comesTo(next.got, { text: '0123456789', ended: 'in order' });
});

it('cuts an answer in two', async () => {
  const { socket, got } = opened();
  socket.write('more');
  await comesTo(got, { text: '0123456789', ended: '' });
  proxy.cutHalfway();
  socket.write('more');
  await comesTo(got, { text: '012345678901234', ended: 'reset' });
});

it('resets whoever comes while nothing is behind it', async () => {
  server.close();
  await once(server, 'close');
  const { got } = opened();
  await comesTo(got, { text: '', ended: 'reset' });
});

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A port of its own that leads to another, and what can befall a connection on the way. */
export interface TcpProxy {
  readonly port: number;
  /** Resets every connection that there is; new ones are taken. */
  cut(): void;
  /** Each connection passes on one half of the next bytes that come from the server, and is then reset. */
  cutHalfway(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  isDoomed: boolean;
}

/** `target` is asked anew for each connection, since what is behind moves when it starts again. Undefined: nothing is. */
export async function startTcpProxy(target: () => number | undefined): Promise<TcpProxy> {
  const pairs = new Set<Pair>();
  const listener = createServer(client => {
    const port = target();
    if (port === undefined) client.resetAndDestroy();
    else join(pairs, client, connect(port, '127.0.0.1'));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const cut = (): void => pairs.forEach(end);
  return {
    port: (listener.address() as AddressInfo).port,
    cut,
    cutHalfway: () => pairs.forEach(pair => void (pair.isDoomed = true)),
    close: async () => {
      listener.close();
      cut();
      await once(listener, 'close');
    },
  };
}

function join(pairs: Set<Pair>, client: Socket, server: Socket): void {
  const pair: Pair = { client, server, isDoomed: false };
  pairs.add(pair);
  for (const [socket, other] of [
    [client, server],
    [server, client],
  ] as const) {
    socket.setNoDelay(true);
    // Told by `close`.
    socket.on('error', () => undefined);
    socket.once('close', hadError => {
      if (hadError) end(pair);
      // Read on as well: one that nobody reads never learns that its peer has ended.
      else other.end().resume();
      if (client.destroyed && server.destroyed) pairs.delete(pair);
    });
  }
  client.pipe(server);
  server.on('data', (bytes: Buffer) => {
    if (!pair.isDoomed) {
      if (!client.write(bytes)) server.pause();
      return;
    }
    // Written, and only then reset: a reset takes along what still waits.
    client.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => end(pair));
    server.pause();
  });
  client.on('drain', () => {
    if (!pair.isDoomed) server.resume();
  });
}

function end({ client, server }: Pair): void {
  for (const socket of [client, server]) if (!socket.destroyed) socket.resetAndDestroy();
}

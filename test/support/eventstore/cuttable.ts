import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface Cuttable {
  readonly port: number;
  /** Breaks every connection that stands, as a network does. */
  cut(): void;
  /** While it is down, whoever connects is turned away. */
  setDown(isDown: boolean): void;
  close(): Promise<void>;
}

/** A way to a server through which connections can be cut. */
export async function cuttable(target: number, port = 0): Promise<Cuttable> {
  const sockets = new Set<Socket>();
  let isRefusing = false;
  const server = createServer(near => {
    if (isRefusing) {
      near.destroy();
      return;
    }
    const far = connect(target, '127.0.0.1');
    for (const [socket, peer] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.pipe(peer);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        peer.destroy();
      });
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    setDown: isDown => {
      isRefusing = isDown;
      if (isDown) cut();
    },
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}

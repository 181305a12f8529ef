import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LazyServer {
  /** A GET answers with what `start` resolves to: started for whoever asks first, shared by all who ask. */
  readonly url: string;
  /** Stops what was started, if anything was. */
  stop(): Promise<void>;
}

interface Started {
  readonly address: string;
  stop(): Promise<void>;
}

/** Starts something large once for a whole test run, and only where a test needs it: tests run in processes of their own. */
export async function serveLazily(start: () => Promise<Started>): Promise<LazyServer> {
  let started: Promise<Started> | undefined;
  const server = createServer((_, response) => {
    started ??= start();
    started.then(
      ({ address }) => response.end(address),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : 'not started'),
    );
  });
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await started?.then(
        running => running.stop(),
        () => undefined,
      );
    },
  };
}

/** What `serveLazily` started. Rejects with the reason where it cannot run here. */
export async function askLazily(url: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return text;
}

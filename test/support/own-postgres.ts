import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { vi } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/platform/embedded-postgres/server.ts';
import { fillDisk, mountDisk, unmountDisk } from './full-disk.ts';
import { embeddedPid, endEmbedded } from './service-database.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const STARTS_WITHIN = { timeout: 60_000, interval: 200 };
const SETTINGS = { shared_buffers: '64MB', min_wal_size: '32MB', max_wal_size: '64MB', wal_buffers: '4MB' };

/** A PostgreSQL server of a test's own, for it to harm: durable as in operation, and reached through a proxy. */
export interface OwnPostgres {
  /** Of the superuser; stays the same over every start. */
  readonly connectionString: string;
  readonly proxy: TcpProxy;
  /** Where its files are. */
  readonly dir: string;
  start(): Promise<void>;
  /** SIGKILL: it recovers from its write-ahead log at the next start. */
  kill(): Promise<void>;
  /** As whoever watches over it does: started where it has ended by itself; resolves when it takes connections. */
  startIfGone(): Promise<void>;
  /** Whether its disk is its own, which takes the right to mount one: otherwise it cannot be filled. */
  readonly hasOwnDisk: boolean;
  /** Leaves not a byte; resolves with what makes room again. */
  fillDisk(): Promise<() => Promise<void>>;
  destroy(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dir = await mkdtemp(join(tmpdir(), 'lethe-postgres-'));
  const hasOwnDisk = await mountDisk(dir);
  // As root, the server runs as another user, which has to reach its directory.
  await chmod(dir, 0o711);
  const dataDir = join(dir, 'postgres');
  let server: EmbeddedPostgres | undefined;
  let port: number | undefined;
  const launch = async (): Promise<EmbeddedPostgres> => {
    const started = await startEmbeddedPostgres({ dataDir, log: () => undefined, settings: SETTINGS });
    port = Number(new URL(started.connectionString).port);
    return started;
  };
  const kill = async (): Promise<void> => {
    await endEmbedded(dir, 'SIGKILL');
    // Gone already: this tells who started it.
    await server?.stop();
    server = undefined;
  };
  const proxy = await startTcpProxy(() => port);
  server = await launch();
  const start = async (): Promise<void> => {
    await kill();
    // Its children outlive a killed server for a moment, and hold on to its memory.
    server = await vi.waitFor(launch, STARTS_WITHIN);
  };
  const connectionString = throughProxy(server.connectionString, proxy.port);
  const isUp = async (): Promise<void> => {
    if ((await embeddedPid(dir)) === undefined) await start();
    await connects(connectionString);
  };
  return {
    ...{ connectionString, proxy, dir, hasOwnDisk, start, kill },
    startIfGone: () => vi.waitFor(isUp, STARTS_WITHIN),
    fillDisk: () => fillDisk(dir),
    destroy: async () => {
      await kill();
      await proxy.close();
      if (hasOwnDisk) await unmountDisk(dir);
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function connects(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } finally {
    await client.end();
  }
}

function throughProxy(connectionString: string, port: number): string {
  const url = new URL(connectionString);
  url.port = String(port);
  // Not by the socket file, which leads past the proxy.
  url.search = '';
  return url.href;
}

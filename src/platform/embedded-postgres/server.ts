import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { findBinaries } from './binaries.ts';
import { ensureCluster, SUPERUSER } from './cluster.ts';
import { launchOnFreePort } from './launch.ts';
import { claim, release, shutDownOrphan } from './orphan.ts';
import { hasSocket, serverFlags } from './settings.ts';
import { assertReachable, serverUser } from './system-user.ts';

const DATABASE = 'lethe';

export interface EmbeddedPostgresOptions {
  /** Holds the cluster, its password (mode 0600) and the owner's note; made where missing. */
  readonly dataDir: string;
  /** Gets each line that the server writes. */
  readonly log: (line: string) => void;
  /** Server settings on top of the durable ones. Tests only. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedPostgres {
  /** Of the superuser, for the database `lethe`. */
  readonly connectionString: string;
  /** Fast shutdown; resolves once the server is gone. */
  stop(): Promise<void>;
}

interface StartedServer {
  readonly url: (database: string) => string;
  readonly stop: () => Promise<void>;
}

async function startServer(dataDir: string, options: EmbeddedPostgresOptions): Promise<StartedServer> {
  const { log } = options;
  const binaries = await findBinaries();
  const user = await serverUser();
  await assertReachable(binaries.postgres, user);
  await assertReachable(join(dataDir, 'cluster'), user);
  await shutDownOrphan(join(dataDir, 'cluster'), log);
  const { clusterDir, password } = await ensureCluster(binaries, dataDir, user);
  const flags = await serverFlags(binaries, clusterDir, user, options.settings ?? {});
  const server = await launchOnFreePort({ postgres: binaries.postgres, clusterDir, user, flags, log });
  const socket = hasSocket(clusterDir) ? `?host=${encodeURIComponent(clusterDir)}` : '';
  const url = (database: string): string =>
    `postgres://${SUPERUSER}:${password}@127.0.0.1:${server.port}/${database}${socket}`;
  return { stop: server.stop, url };
}

async function ensureDatabase(url: (database: string) => string): Promise<void> {
  const client = new pg.Client({ connectionString: url('postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/**
 * Starts a PostgreSQL server on a free loopback port, initialising the directory on first use. A server that a killed
 * run left behind is shut down first. Throws LetheError `data-dir-in-use`, `postgres-user-locked-out`,
 * `postgres-not-available`, `postgres-init-failed`, `postgres-start-failed` or `postgres-hung`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true });
  const ownerFile = join(dataDir, 'owner');
  await claim(ownerFile);
  let server: StartedServer | undefined;
  const stop = async (): Promise<void> => {
    await server?.stop();
    await release(ownerFile);
  };
  try {
    server = await startServer(dataDir, options);
    await ensureDatabase(server.url);
    return { connectionString: server.url(DATABASE), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import type { SystemUser } from './system-user.ts';

const run = promisify(execFile);

/**
 * What the server is started with. An acknowledged commit is on disk (fsync, synchronous_commit); rare checkpoints and a
 * large log buy bulk speed. Values of rows never reach the server's log: no statements, no DETAIL.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  max_connections: '100',
  fsync: 'on',
  synchronous_commit: 'on',
  shared_buffers: '256MB',
  wal_buffers: '64MB',
  wal_init_zero: 'off',
  min_wal_size: '1GB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  effective_io_concurrency: '16',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/** What the kernel takes as the path of a socket, on the system with the least, and the longest name in it. */
const SOCKET_PATH_BYTES = 103;
const SOCKET_NAME = '.s.PGSQL.65535.lock';

/**
 * Whether the server also listens on a socket file in the cluster's directory: a third faster than loopback TCP for the
 * same traffic, where the path is short enough.
 */
export const hasSocket = (clusterDir: string): boolean =>
  process.platform !== 'win32' && Buffer.byteLength(`${clusterDir}/${SOCKET_NAME}`) <= SOCKET_PATH_BYTES;

/** Builds differ in whether they carry LZ4, so the server itself is asked. */
async function canCompressWithLz4(
  binaries: Binaries,
  dir: string,
  user: SystemUser | undefined,
): Promise<boolean> {
  const flags = ['-D', dir, '-c', 'wal_compression=lz4', '-C', 'wal_compression'];
  return run(binaries.postgres, flags, { ...user, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

/** The command line flags of the server. `overrides` are for tests, which need no durability. */
export async function serverFlags(
  binaries: Binaries,
  clusterDir: string,
  user: SystemUser | undefined,
  overrides: Readonly<Record<string, string>>,
): Promise<string[]> {
  const sockets = hasSocket(clusterDir) ? clusterDir : '';
  const compression = (await canCompressWithLz4(binaries, clusterDir, user)) ? 'lz4' : 'off';
  const settings = {
    ...SETTINGS,
    wal_compression: compression,
    unix_socket_directories: sockets,
    ...overrides,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

import pg from 'pg';
import { LetheError } from '../../domain/errors.ts';
import { PreparingClient } from './preparing-client.ts';

export type DatabaseRole = 'lethe_writer' | 'lethe_reader';

export interface PoolOptions {
  readonly connectionString: string;
  /** The role that every connection takes on as it starts; undefined keeps the login's own. */
  readonly role: DatabaseRole | undefined;
  readonly max: number;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  /** Told of an idle connection's end; the pool replaces it by itself. */
  readonly onError: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const INT8 = 20;

/** Positions and counts stay far below 2^53, so bigint columns arrive as numbers. */
function typesWithNumbers(): pg.CustomTypesConfig {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8, Number);
  return types;
}

/** A process that is frozen in the middle of a transaction holds its row locks no longer than this, milliseconds. */
const STANDSTILL_MS = 7_000;

/** Whatever the server's defaults: what is acknowledged is on disk, and a statement sees all that is committed. */
function startupOptions(role: DatabaseRole | undefined): string {
  const durable = '-c synchronous_commit=on -c default_transaction_isolation=read\\ committed';
  if (role === undefined) return durable;
  // A reader holds nobody up, and a report reads on one snapshot for as long as it takes.
  const bounded = role === 'lethe_writer' ? ` -c idle_in_transaction_session_timeout=${STANDSTILL_MS}` : '';
  return `${durable} -c role=${role}${bounded}`;
}

/** A pool whose idle connections' errors go to `onError` and so never end the process. */
export function createPool(options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: options.connectionString,
    max: options.max,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: typesWithNumbers(),
    options: startupOptions(options.role),
  });
  // A connection that ends between two statements of a transaction would end the process; the next statement says it.
  pool.on('connect', client => client.on('error', () => undefined));
  // The error itself drags the whole client along into whatever logs it.
  pool.on('error', error => options.onError(new LetheError('database-connection-lost', error.message)));
  return pool;
}

import type { Pool } from 'pg';
import type { ReadOptions, StoredEvent } from '../../domain/ports/event-log.ts';
import { textArray } from './binary-arrays.ts';
import { isConnectionLost } from './database-errors.ts';
import { logUnavailable } from '../log/unavailable.ts';

type Row = [
  position: number,
  tenant: string,
  stream: string,
  revision: number,
  source: string,
  sourceId: string,
  type: string,
  recordedAt: Date,
  envelope: Buffer,
  sealed: Buffer | null,
];

const CLEAR =
  'e.position, e.tenant, e.stream, e.revision, e.source, e.source_id, e.type, e.recorded_at, e.envelope';
const COLUMNS = `${CLEAR}, e.sealed`;
/** The sealed column is then neither read from its table nor sent. */
const COLUMNS_WITHOUT_SEALED = `${CLEAR}, null::bytea`;

const toEvent = (row: Row): StoredEvent => ({
  position: row[0],
  tenant: row[1],
  stream: row[2],
  revision: row[3],
  source: row[4],
  sourceId: row[5],
  type: row[6],
  recordedAt: row[7],
  envelope: row[8],
  sealed: row[9],
});

/** Rows as arrays. Throws LetheError `log-unavailable` when the connection fails; reading again is always safe. */
async function rowsOf<T extends unknown[]>(pool: Pool, text: string, values: unknown[]): Promise<T[]> {
  try {
    const { rows } = await pool.query<T>({ text, values, rowMode: 'array' });
    return rows;
  } catch (error) {
    throw isConnectionLost(error) ? logUnavailable('the log cannot be read now', error) : error;
  }
}

export async function readAll(
  pool: Pool,
  after: number,
  limit: number,
  options: ReadOptions = {},
): Promise<StoredEvent[]> {
  const columns = options.withoutSealed === true ? COLUMNS_WITHOUT_SEALED : COLUMNS;
  const sql = `select ${columns} from log.events e where e.position > $1 order by e.position limit $2`;
  return (await rowsOf<Row>(pool, sql, [after, limit])).map(toEvent);
}

export async function readAt(
  pool: Pool,
  positions: readonly number[],
  options: ReadOptions = {},
): Promise<StoredEvent[]> {
  const columns = options.withoutSealed === true ? COLUMNS_WITHOUT_SEALED : COLUMNS;
  const sql = `select ${columns} from log.events e where e.position = any($1::bigint[]) order by e.position`;
  return (await rowsOf<Row>(pool, sql, [`{${positions.join(',')}}`])).map(toEvent);
}

export async function readStream(
  pool: Pool,
  tenant: string,
  stream: string,
  after: number,
): Promise<StoredEvent[]> {
  const sql = `select ${COLUMNS} from log.events e
    where e.tenant = $1 and e.stream = $2 and e.revision > $3 order by e.revision`;
  return (await rowsOf<Row>(pool, sql, [tenant, stream, after])).map(toEvent);
}

export async function readByIdentity(
  pool: Pool,
  tenant: string,
  identities: readonly { source: string; sourceId: string }[],
): Promise<StoredEvent[]> {
  const sql = `select ${COLUMNS}
    from (select distinct source, source_id from unnest($2::text[], $3::text[]) asked(source, source_id)) asked
    join log.events e on e.tenant = $1 and e.source_id = asked.source_id and e.source = asked.source`;
  const sources = textArray(identities.map(identity => identity.source));
  const ids = textArray(identities.map(identity => identity.sourceId));
  return (await rowsOf<Row>(pool, sql, [tenant, sources, ids])).map(toEvent);
}

export async function readHead(pool: Pool): Promise<number> {
  const rows = await rowsOf<[number]>(pool, 'select coalesce(max(position), 0) from log.events', []);
  return Number(rows[0]?.[0]);
}

export async function readNow(pool: Pool): Promise<Date> {
  const [row] = await rowsOf<[Date]>(pool, 'select clock_timestamp()', []);
  if (row === undefined) throw new Error('the database told no time');
  return row[0];
}

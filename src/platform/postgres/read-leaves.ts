import type { Buffer } from 'node:buffer';
import type { Pool } from 'pg';
import type { LeafBatch } from '../../domain/ports/event-log.ts';
import { isConnectionLost } from './database-errors.ts';
import { logUnavailable } from '../log/unavailable.ts';

interface Row {
  readonly tenant: string;
  readonly hashes: Buffer;
  readonly positions: Buffer;
  readonly last: number;
  readonly events: number;
  readonly oldest: Date;
}

/**
 * A leaf is SHA-256(0x00 ‖ envelope), RFC 6962 §2.1; int8send writes a position as 8 bytes, most significant first. Hashed
 * before they are sorted by tenant: whole envelopes would spill to the disk.
 */
const LEAVES = `
  select tenant, string_agg(leaf, ''::bytea order by position) as hashes,
    string_agg(int8send(position), ''::bytea order by position) as positions,
    max(position) as last, count(*) as events, min(recorded_at) as oldest
  from (
    select position, tenant, sha256('\\x00'::bytea || envelope) as leaf, recorded_at
    from log.events where position > $1 order by position limit $2
  ) batch
  group by tenant`;

/** One row a tenant instead of one an event. Throws LetheError `log-unavailable` when the connection fails. */
export async function readLeaves(pool: Pool, after: number, limit: number): Promise<LeafBatch | undefined> {
  const rows = await rowsOf(pool, after, limit);
  if (rows.length === 0) return undefined;
  return {
    to: Math.max(...rows.map(({ last }) => last)),
    events: rows.reduce((sum, { events }) => sum + events, 0),
    oldest: new Date(Math.min(...rows.map(({ oldest }) => oldest.getTime()))),
    tenants: new Map(rows.map(({ tenant, hashes, positions }) => [tenant, { hashes, positions }])),
  };
}

async function rowsOf(pool: Pool, after: number, limit: number): Promise<Row[]> {
  try {
    return (await pool.query<Row>(LEAVES, [after, limit])).rows;
  } catch (error) {
    throw isConnectionLost(error) ? logUnavailable('the log cannot be read now', error) : error;
  }
}

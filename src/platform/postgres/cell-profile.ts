import { isDeepStrictEqual } from 'node:util';
import type { Pool } from 'pg';
import { cellProfileSchema, type CellProfile } from '../../domain/cell/profile.ts';
import { LetheError } from '../../domain/errors.ts';

/** Two processes that start at once must not both record a first profile. */
const LOCK = `select pg_advisory_xact_lock(hashtextextended('lethe.cell', 0))`;

/**
 * Holds a cell to what it was recorded as: the first start with a profile records it, each later one must have the same
 * (promise 14). `writer` is a pool of the role lethe_writer. Throws `profile-drift`.
 */
export async function holdToProfile(writer: Pool, configured: CellProfile | undefined): Promise<void> {
  const client = await writer.connect();
  let failed = true;
  try {
    await client.query('begin');
    await client.query(LOCK);
    const { rows } = await client.query<{ profile: unknown }>(
      'select profile from cell.profiles order by number desc limit 1',
    );
    const recorded = rows[0] && cellProfileSchema.parse(rows[0].profile);
    if (recorded !== undefined && !isDeepStrictEqual(recorded, configured)) {
      throw new LetheError(
        'profile-drift',
        'LETHE_PROFILE is not what this cell was recorded as: docs/operating.md says how a cell is changed',
      );
    }
    if (recorded === undefined && configured !== undefined)
      await client.query('insert into cell.profiles (profile) values ($1)', [JSON.stringify(configured)]);
    await client.query('commit');
    failed = false;
  } finally {
    // Closing the connection undoes what was begun.
    client.release(failed);
  }
}

import type { Pool } from 'pg';
import { readCheckpoint } from './checkpoint.ts';
import { inTransaction } from './transaction.ts';
import { liveTarget, type Db, type Target, type View } from './view.ts';

export interface Installed {
  /** current: ready to follow the log · stale: its tables are of another version and it must be rebuilt. */
  readonly status: 'current' | 'stale';
  readonly position: number;
}

/** Makes the view's empty tables where there are none. Safe when several processes start at once. */
export const installView = (writer: Pool, view: View): Promise<Installed> =>
  inTransaction(writer, async client => {
    await client.query(`select pg_advisory_xact_lock(hashtextextended('lethe.install.' || $1, 0))`, [
      view.name,
    ]);
    const found = await readCheckpoint(client, view.name);
    if (found !== undefined) {
      return { status: found.version === view.version ? 'current' : 'stale', position: found.position };
    }
    await createTarget(client, liveTarget(view));
    return { status: 'current', position: 0 };
  });

/** Makes a target's tables, in place of any that stand there, and sets its checkpoint to the log's beginning. */
export async function createTarget(db: Db, { view, schema, checkpoint }: Target): Promise<void> {
  await db.query(`drop schema if exists ${schema} cascade`);
  await db.query(`create schema ${schema}`);
  await db.query(`grant usage on schema ${schema} to lethe_reader`);
  await db.query(view.tables(schema));
  await db.query(
    `insert into views.checkpoints (view, version, position) values ($1, $2, 0)
     on conflict (view) do update set version = excluded.version, position = 0`,
    [checkpoint, view.version],
  );
}

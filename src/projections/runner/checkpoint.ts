import type { Db } from './view.ts';

export interface Checkpoint {
  readonly view: string;
  readonly version: number;
  readonly position: number;
}

/**
 * stored: moved from `previous` to `position` · ignored: it already stands there or further, the work is done ·
 * mismatch: it stands between the two, or the tables are of another version · ahead: it stands before `previous`,
 * so the caller knows more than the tables do.
 */
export type CheckpointAnswer =
  | { readonly status: 'stored' }
  | { readonly status: 'ignored' | 'mismatch' | 'ahead'; readonly found: Checkpoint | undefined };

export interface CheckpointMove extends Checkpoint {
  /** Where the caller believes the view to stand. */
  readonly previous: number;
}

/**
 * Compare-and-set. Runs first in the transaction of the rows: the row lock makes a second projector wait, see the
 * checkpoint moved, and leave the rows alone.
 */
export async function storeCheckpoint(db: Db, move: CheckpointMove): Promise<CheckpointAnswer> {
  const { view, version, previous, position } = move;
  const moved = await db.query(
    `update views.checkpoints set position = $4 where view = $1 and version = $2 and position = $3`,
    [view, version, previous, position],
  );
  if (moved.rowCount === 1) return { status: 'stored' };
  const found = await readCheckpoint(db, view);
  return { status: judge(move, found), found };
}

function judge(
  { version, previous, position }: CheckpointMove,
  found: Checkpoint | undefined,
): 'ignored' | 'mismatch' | 'ahead' {
  if (found?.version !== version) return 'mismatch';
  if (found.position >= position) return 'ignored';
  return found.position < previous ? 'ahead' : 'mismatch';
}

export async function readCheckpoint(db: Db, view: string): Promise<Checkpoint | undefined> {
  const { rows } = await db.query<{ view: string; version: number; position: number }>(
    `select view, version, position from views.checkpoints where view = $1`,
    [view],
  );
  return rows[0];
}

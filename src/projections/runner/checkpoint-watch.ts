import { setTimeout as delay } from 'node:timers/promises';
import { Positions } from './positions.ts';
import type { Db } from './view.ts';

const POLL_MS = 20;

/** Whether the views have come to a position within the time. */
export type Reached = (position: number, timeoutMs: number) => Promise<boolean>;

/**
 * Waits for views that another process folds, by their checkpoints in the database. However many wait, one asks for all;
 * while nobody waits, nobody asks. `db` needs the role lethe_writer.
 */
export function watchCheckpoints(db: Db, views: readonly string[]): Reached {
  const positions = new Positions();
  let isAsking = false;

  const ask = async (): Promise<void> => {
    isAsking = true;
    while (positions.isAwaited) {
      // While the database is away nobody's position is reached: those who wait run out of time.
      for (const { view, position } of await checkpoints(db, views).catch(() => []))
        positions.set(view, position);
      await delay(POLL_MS);
    }
    isAsking = false;
  };

  return (position, timeoutMs) => {
    const reached = positions.reached(position, views, AbortSignal.timeout(timeoutMs)).then(
      () => true,
      () => false,
    );
    if (!isAsking) void ask();
    return reached;
  };
}

interface Standing {
  readonly view: string;
  readonly position: number;
}

async function checkpoints(db: Db, views: readonly string[]): Promise<Standing[]> {
  const sql = 'select view, position from views.checkpoints where view = any($1)';
  return (await db.query<Standing>(sql, [views])).rows;
}

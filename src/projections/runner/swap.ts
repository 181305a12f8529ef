import type { Pool, PoolClient } from 'pg';
import { LetheError } from '../../domain/errors.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { decodeEvent } from './decode.ts';
import type { Lane } from './lane.ts';
import { inTransaction } from './transaction.ts';
import { liveTarget, type View } from './view.ts';

export interface SwapOptions {
  readonly log: EventLog;
  readonly writer: Pool;
  readonly view: View;
  readonly lane: Lane;
  readonly batchSize: number;
}

const retiredSchema = (view: View): string => `${liveTarget(view).schema}_old`;

/**
 * Puts the rebuilt tables in the place of the live ones, by two renames and the checkpoint in one transaction.
 * The live checkpoint is locked first, so no projector moves it, and what the rebuild lacks is applied before the
 * renames: a reader who waited for a position never sees the view go back.
 */
export async function swapIn(options: SwapOptions): Promise<number> {
  const { writer, view, lane } = options;
  const live = liveTarget(view);
  const position = await inTransaction(writer, async client => {
    const reached = await levelWithLive(client, options);
    await client.query(`alter schema ${live.schema} rename to ${retiredSchema(view)}`);
    await client.query(`alter schema ${lane.target.schema} rename to ${live.schema}`);
    await client.query('update views.checkpoints set version = $2, position = $3 where view = $1', [
      live.checkpoint,
      view.version,
      reached,
    ]);
    await requireUnmoved(client, lane);
    return reached;
  });
  await dropRetired(writer, view);
  return position;
}

/** Whoever was frozen before the swap may wake when another rebuild stands in these tables. Ends the lane's checkpoint. */
async function requireUnmoved(client: PoolClient, { target, position }: Lane): Promise<void> {
  const { rowCount } = await client.query(
    'delete from views.checkpoints where view = $1 and version = $2 and position = $3',
    [target.checkpoint, target.view.version, position],
  );
  if (rowCount === 0)
    throw new LetheError('view-went-back', `another rebuild of ${target.view.name} is under way`);
}

async function levelWithLive(client: PoolClient, options: SwapOptions): Promise<number> {
  const { log, view, lane, batchSize } = options;
  const { rows } = await client.query<{ position: number }>(
    'select position from views.checkpoints where view = $1 for update',
    [view.name],
  );
  const live = rows[0]?.position ?? 0;
  let position = lane.position;
  while (position < live) {
    const stored = await log.readAll(position, Math.min(batchSize, live - position), { withoutSealed: true });
    const last = stored.at(-1);
    if (last === undefined)
      throw new LetheError('view-past-log', `${view.name} stands past the end of the log`);
    await view.apply(stored.map(decodeEvent), client, lane.target.schema);
    position = last.position;
  }
  return position;
}

/** Drops what a swap has retired. Apart from the swap, since it waits for readers who are still inside. */
export const dropRetired = async (writer: Pool, view: View): Promise<void> => {
  await writer.query(`drop schema if exists ${retiredSchema(view)} cascade`);
};

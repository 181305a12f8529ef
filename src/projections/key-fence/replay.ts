import type { Pool } from 'pg';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { decodeEvent } from '../runner/decode.ts';
import { inTransaction } from '../runner/transaction.ts';
import { keyFence } from './view.ts';

export interface ReplayOptions {
  readonly log: Pick<EventLog, 'readAll'>;
  readonly writer: Pool;
  readonly batchSize?: number;
}

export interface Replayed {
  /** Log positions: nothing at or before `from` had to be repeated. */
  readonly from: number;
  readonly to: number;
}

/**
 * Repeats the log's hides and erasures on the key rows, from where these say that they stand to the end of the log. Rows
 * restored from a backup are fenced again by it, before anything opens a key. Safe to be killed and done again.
 * Throws LetheError `event-undecodable`.
 */
export async function replayFences({ log, writer, batchSize = 4_000 }: ReplayOptions): Promise<Replayed> {
  const from = await fencePosition(writer);
  for (let to = from; ;) {
    const stored = await log.readAll(to, batchSize, { withoutSealed: true });
    const last = stored.at(-1);
    if (last === undefined) return { from, to };
    const events = stored.map(decodeEvent);
    await inTransaction(writer, client => keyFence.apply(events, client, ''));
    to = last.position;
  }
}

async function fencePosition(writer: Pool): Promise<number> {
  const { rows } = await writer.query<{ position: number }>('select position from keys.fence');
  return rows[0]?.position ?? 0;
}

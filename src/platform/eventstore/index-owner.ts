import type { Warn } from '../log/news.ts';
import type { CatchUpDeps } from './catch-up.ts';
import { readRange } from './read-range.ts';

/**
 * An index is of one log: the event at its end has to be the log's. After a restore of either, or for another stream, it is
 * not, and the index is begun anew. Whether the log itself may be shorter than it was is for the restore guard to say.
 */
export async function holdIndexToLog({ connection, stream, index }: CatchUpDeps, warn: Warn): Promise<void> {
  const { position, event } = await index.cursor();
  if (position === 0) return;
  const [last] = await readRange(connection, stream, position - 1, 1);
  if (last?.id === event) return;
  warn('the index is not of this log: it is built anew', undefined);
  await index.clear();
}

import type { Pool } from 'pg';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { readCheckpoint } from './checkpoint.ts';
import { decodeBatch } from './decode.ts';
import { createTarget, installView } from './install.ts';
import { Lane } from './lane.ts';
import { inTransaction } from './transaction.ts';
import { withRebuildLock } from './rebuild-lock.ts';
import { dropRetired, swapIn } from './swap.ts';
import { nextTarget, type Target, type View } from './view.ts';

export interface RebuildProgress {
  readonly view: string;
  readonly position: number;
  /** Position of the newest event when the rebuild began. */
  readonly head: number;
}

export interface RebuildOptions {
  readonly log: EventLog;
  readonly writer: Pool;
  readonly view: View;
  readonly batchSize: number;
  readonly onProgress?: (progress: RebuildProgress) => void;
  readonly signal?: AbortSignal;
  /** Do nothing if the tables are already of the view's version, as when another process was first. */
  readonly onlyIfStale?: boolean;
}

/**
 * Folds the log anew beside the live view, which goes on serving, and swaps the result in. A rebuild that was cut
 * short goes on where its checkpoint stands. Answers with the position that the view then has.
 * Throws LetheError `event-undecodable`, the signal's reason, and what the fold throws: the live view is then untouched.
 */
export async function rebuildView(options: RebuildOptions): Promise<number> {
  const { writer, view, signal } = options;
  await installView(writer, view);
  return withRebuildLock(
    writer,
    view.name,
    async () => {
      const live = await installView(writer, view);
      if (options.onlyIfStale === true && live.status === 'current') return live.position;
      await dropRetired(writer, view);
      const lane = await openNext(options);
      await replay(lane, options);
      await analyze(writer, lane.target);
      return swapIn({ ...options, lane });
    },
    signal,
  );
}

async function openNext({ writer, view, onProgress, log }: RebuildOptions): Promise<Lane> {
  const target = nextTarget(view);
  const head = await log.head();
  const found = await readCheckpoint(writer, target.checkpoint);
  const resumed = found?.version === view.version;
  if (!resumed) await createNext(writer, target);
  return new Lane(target, resumed ? found.position : 0, writer, (name, position) =>
    onProgress?.({ view: name, position, head }),
  );
}

const createNext = (writer: Pool, target: Target): Promise<void> =>
  inTransaction(writer, client => createTarget(client, target));

async function replay(lane: Lane, { log, batchSize, signal }: RebuildOptions): Promise<void> {
  const read = (after: number) => log.readAll(after, batchSize, { withoutSealed: true });
  let next = read(lane.position);
  for (;;) {
    signal?.throwIfAborted();
    const stored = await next;
    const last = stored.at(-1);
    if (last === undefined) return;
    const { events, poison } = decodeBatch(stored);
    if (poison !== undefined) throw poison;
    next = read(last.position);
    // Awaited below, unless applying fails: its own failure must then not go unhandled.
    next.catch(() => undefined);
    await lane.feed(events);
  }
}

/** Fresh tables have no statistics yet, and the first readers would get poor plans. */
async function analyze(writer: Pool, { schema }: Target): Promise<void> {
  const { rows } = await writer.query<{ tablename: string }>(
    'select tablename from pg_tables where schemaname = $1',
    [schema],
  );
  for (const { tablename } of rows) await writer.query(`analyze ${schema}.${tablename}`);
}

import type { Buffer } from 'node:buffer';
import { LetheError } from '../../domain/errors.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import type { TreeStore } from '../../domain/ports/tree-store.ts';
import { encodeBundle, TILE_WIDTH } from '../../domain/tlog/tiles.ts';

/** Leaves read at a time: few enough that their bytes die young. */
const CHUNK = 512;

/** A leaf of a tenant's tree. */
export interface Entry {
  readonly index: number;
  /** In the log. */
  readonly position: number;
  /** The exact bytes that were stored and hashed. */
  readonly envelope: Buffer;
}

export interface EntryDeps {
  readonly log: Pick<EventLog, 'readAt'>;
  readonly trees: Pick<TreeStore, 'state' | 'positions'>;
}

/** Leaves [from, to) in batches. Throws `log-contradicts-tree` where the log lacks one. */
export async function* entries(
  { log, trees }: EntryDeps,
  tenant: string,
  from: number,
  to: number,
): AsyncGenerator<readonly Entry[]> {
  for (let start = from; start < to; start += CHUNK) {
    const positions = await trees.positions(tenant, start, Math.min(to, start + CHUNK));
    const events = await log.readAt(positions, { withoutSealed: true });
    if (events.length !== Math.min(to - start, CHUNK))
      throw new LetheError(
        'log-contradicts-tree',
        `events of leaves ${start} to ${to - 1} are missing from the log`,
      );
    yield events.map(({ position, envelope }, at) => ({ index: start + at, position, envelope }));
  }
}

/** The first `width` entries of a bundle (C2SP tlog-tiles). Throws `tile-not-found`. */
export async function entryBundle(
  deps: EntryDeps,
  tenant: string,
  index: number,
  width: number,
): Promise<Buffer> {
  const first = index * TILE_WIDTH;
  const size = (await deps.trees.state(tenant))?.size ?? 0;
  if (first + width > size) throw tileNotFound();
  const found: Buffer[] = [];
  for await (const batch of entries(deps, tenant, first, first + width))
    found.push(...batch.map(({ envelope }) => envelope));
  return encodeBundle(found);
}

export const tileNotFound = (): LetheError =>
  new LetheError('tile-not-found', 'the tree has no such tile yet');

import type { EventLog, LeafBatch } from '../../domain/ports/event-log.ts';
import type { TreeStore } from '../../domain/ports/tree-store.ts';
import { EMPTY_EDGE, growTree, type TreeEdge } from '../../domain/tlog/grow.ts';

/** Events of one transaction. */
const BATCH = 8_000;

export interface Extender {
  /** Adds the next batch of the log to the trees; answers with the number of events, 0 at the head. */
  extend(): Promise<number>;
  /** Adds everything that the log holds by now. */
  catchUp(): Promise<void>;
}

/**
 * Grows every tenant's tree by the log, from the stored cursor on. Nothing is remembered between two batches but what the
 * log says next, so a batch that failed, stored or not, is simply begun again from the cursor.
 */
export function createExtender(deps: {
  readonly log: Pick<EventLog, 'readLeaves'>;
  readonly trees: Pick<TreeStore, 'cursor' | 'edges' | 'extend'>;
  /** Told when the oldest event of each batch was recorded, once its leaf is stored; undefined at the head of the log. */
  readonly onStored?: (oldest: Date | undefined) => void;
}): Extender {
  const { log, trees, onStored = () => undefined } = deps;
  const batches = createReadAhead(log);
  const extend = async (): Promise<number> => {
    const from = await trees.cursor();
    const batch = await batches.after(from);
    if (batch === undefined) {
      onStored(undefined);
      return 0;
    }
    const edges = await trees.edges([...batch.tenants.keys()]);
    const growths = [...batch.tenants].map(([tenant, added]) =>
      growTree(tenant, edgeOf(edges, tenant), added),
    );
    await trees.extend({ from, to: batch.to, growths });
    onStored(batch.oldest);
    return batch.events;
  };
  return {
    extend,
    catchUp: async () => {
      while ((await extend()) > 0);
    },
  };
}

const edgeOf = (edges: ReadonlyMap<string, TreeEdge>, tenant: string): TreeEdge =>
  edges.get(tenant) ?? EMPTY_EDGE;

/** Reads the batch behind a full one while that is being stored: hashing is the database's work, growing this process's. */
function createReadAhead(log: Pick<EventLog, 'readLeaves'>): {
  after(position: number): Promise<LeafBatch | undefined>;
} {
  let next: { readonly from: number; readonly batch: Promise<LeafBatch | undefined> } | undefined;
  return {
    after: async position => {
      const ahead = next?.from === position ? await next.batch : undefined;
      next = undefined;
      const batch = ahead ?? (await log.readLeaves(position, BATCH));
      if (batch?.events === BATCH) {
        // What fails ahead is read again when its turn comes.
        const read = log.readLeaves(batch.to, BATCH).catch(() => undefined);
        next = { from: batch.to, batch: read };
      }
      return batch;
    },
  };
}

import type { EventLog } from '../../domain/ports/event-log.ts';
import type { CatchUp } from './catch-up.ts';
import type { LogIndex } from './log-index.ts';
import type { Reads } from './reads.ts';

interface Deps {
  readonly index: LogIndex;
  readonly catchUp: CatchUp;
  readonly reads: Reads;
}

/** Reads that find their events by the index. */
export const createIndexedReads = ({
  index,
  catchUp,
  reads,
}: Deps): Pick<EventLog, 'readStream' | 'readByIdentity'> => ({
  readStream: async (tenant, stream, after = -1) => {
    const name = { tenant, stream };
    const { positions } = await catchUp.ask(() => index.positionsOf(name, after));
    return reads.at(positions);
  },
  readByIdentity: async (tenant, identities) => {
    if (identities.length === 0) return [];
    const asked = identities.map(identity => ({ tenant, ...identity }));
    const { stored } = await catchUp.ask(() => index.lookUp(asked, []));
    return reads.at([...stored.values()]);
  },
});

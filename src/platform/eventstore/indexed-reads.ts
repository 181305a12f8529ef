import type { EventLog } from '../../domain/ports/event-log.ts';
import type { CatchUp } from './catch-up.ts';
import type { LogIndex } from './log-index.ts';
import type { Reads } from './reads.ts';

interface Deps {
  readonly index: LogIndex;
  readonly catchUp: CatchUp;
  readonly reads: Reads;
}

/** Asks the index once it covers all that the log held when the question came. */
async function askIndex<T extends { readonly indexed: number }>(
  catchUp: CatchUp,
  ask: () => Promise<T>,
): Promise<T> {
  for (;;) {
    const reached = await catchUp.now();
    const answer = await ask();
    if (answer.indexed >= reached) return answer;
    catchUp.fellBack(answer.indexed);
  }
}

/** Reads that find their events by the index. */
export const createIndexedReads = ({
  index,
  catchUp,
  reads,
}: Deps): Pick<EventLog, 'readStream' | 'readByIdentity'> => ({
  readStream: async (tenant, stream, after = -1) => {
    const name = { tenant, stream };
    const { positions } = await askIndex(catchUp, () => index.positionsOf(name, after));
    return reads.at(positions);
  },
  readByIdentity: async (tenant, identities) => {
    if (identities.length === 0) return [];
    const asked = identities.map(identity => ({ tenant, ...identity }));
    const { stored } = await askIndex(catchUp, async () => {
      const { position, stored } = await index.lookUp(asked, []);
      return { indexed: position, stored };
    });
    return reads.at([...stored.values()]);
  },
});

import { isDeepStrictEqual } from 'node:util';
import { LetheError, type Fault } from '../../domain/errors.ts';
import { checkIncoming, type Incoming } from '../../domain/events/incoming.ts';
import { LIMITS } from '../../domain/limits.ts';

/** One reported event on its way in. `index` is its place in the request. */
export interface Item {
  readonly index: number;
  readonly incoming: Incoming;
}

/** Refuses a batch whole: the code is the first fault's, every bad index is named. */
export function refuse(faults: readonly Fault[]): LetheError {
  const [first] = faults;
  const { code, message } = first ?? { code: 'invalid-event', message: 'the batch is refused' };
  return new LetheError(code, message, { faults });
}

export interface CheckedBatch {
  /** The events to take: of those that repeat each other to the letter, the first. */
  readonly items: readonly Item[];
  /** Index of each repeat → index of the first. */
  readonly repeats: ReadonlyMap<number, number>;
}

/** Checks every event of a request; throws with all faults. */
export function checkBatch(raw: readonly unknown[], tenant: string, now: Date): CheckedBatch {
  if (raw.length === 0) throw new LetheError('batch-empty', 'the request holds no event');
  if (raw.length > LIMITS.batchEvents) {
    throw new LetheError('batch-too-large', `at most ${LIMITS.batchEvents} events a request`);
  }
  const faults: Fault[] = [];
  const items: Item[] = [];
  raw.forEach((event, index) => {
    const checked = checkIncoming(event, tenant, now);
    if ('faults' in checked) faults.push(...checked.faults.map(fault => ({ index, ...fault })));
    else items.push({ index, incoming: checked.incoming });
  });
  if (faults.length > 0) throw refuse(faults);
  return dropRepeats(items);
}

function dropRepeats(items: readonly Item[]): CheckedBatch {
  const first = new Map<string, Item>();
  const repeats = new Map<number, number>();
  const faults: Fault[] = [];
  for (const item of items) {
    const identity = `${item.incoming.source}\n${item.incoming.sourceId}`;
    const earlier = first.get(identity);
    if (earlier === undefined) first.set(identity, item);
    else if (isDeepStrictEqual(earlier.incoming, item.incoming)) repeats.set(item.index, earlier.index);
    else faults.push(identityConflict(item.index));
  }
  if (faults.length > 0) throw refuse(faults);
  return { items: [...first.values()], repeats };
}

export const identityConflict = (index: number): Fault => ({
  index,
  code: 'source-id-conflict',
  message: 'this source and id already stand for another event',
});

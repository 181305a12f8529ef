import { LRUCache } from 'lru-cache';
import type { StoredEvent } from '../../domain/ports/event-log.ts';
import type { Connection } from './connection.ts';
import { fromPhysical } from './physical-event.ts';
import { readRange } from './read-range.ts';

const CACHE_BYTES = 64 * 1024 * 1024;
/** What an event takes in memory beside its bytes, about. */
const OVERHEAD_BYTES = 512;
/** Events between two wanted ones that are cheaper to read along than to ask for separately. */
const SKIPPED_AT_MOST = 16;
const READS_AT_ONCE = 16;

interface Range {
  readonly from: number;
  to: number;
}

/** Positions in order → ranges that cover them. */
export function rangesOf(positions: readonly number[]): Range[] {
  const ranges: Range[] = [];
  for (const position of positions) {
    const last = ranges.at(-1);
    if (last !== undefined && position - last.to <= SKIPPED_AT_MOST) last.to = position;
    else ranges.push({ from: position, to: position });
  }
  return ranges;
}

export interface Reads {
  /** The events behind a position, in order, at most `limit`. */
  range(after: number, limit: number): Promise<StoredEvent[]>;
  /** The events at these positions, in order. */
  at(positions: readonly number[]): Promise<StoredEvent[]>;
}

/**
 * Reads events, and keeps those read last in memory, sealed as they are: they never change, and all who follow the log want
 * the same. The store has no request for several single events, so neighbours are read together.
 */
export function createReads(connection: Connection, stream: string): Reads {
  const cache = new LRUCache<number, StoredEvent>({
    maxSize: CACHE_BYTES,
    sizeCalculation: ({ envelope, sealed }) => OVERHEAD_BYTES + envelope.length + (sealed?.length ?? 0),
  });
  const read = async (after: number, limit: number): Promise<StoredEvent[]> => {
    const events = (await readRange(connection, stream, after, limit)).map(fromPhysical);
    for (const event of events) cache.set(event.position, event);
    return events;
  };
  const knownBehind = (after: number, limit: number): StoredEvent[] => {
    const known: StoredEvent[] = [];
    for (let next = cache.get(after + 1); next !== undefined && known.length < limit;) {
      known.push(next);
      next = cache.get(next.position + 1);
    }
    return known;
  };
  return {
    range: async (after, limit) => {
      const known = knownBehind(after, limit);
      if (known.length === limit) return known;
      return [...known, ...(await read(after + known.length, limit - known.length))];
    },
    at: async positions => {
      const wanted = [...new Set(positions)].sort((one, other) => one - other);
      const found = new Map(wanted.map(position => [position, cache.get(position)]));
      const ranges = rangesOf(wanted.filter(position => found.get(position) === undefined));
      while (ranges.length > 0) {
        const some = ranges.splice(0, READS_AT_ONCE);
        const events = await Promise.all(some.map(({ from, to }) => read(from - 1, to - from + 1)));
        for (const event of events.flat()) if (found.has(event.position)) found.set(event.position, event);
      }
      return wanted.flatMap(position => found.get(position) ?? []);
    },
  };
}

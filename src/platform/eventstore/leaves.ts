import type { LeafBatch, StoredEvent } from '../../domain/ports/event-log.ts';
import { leafHash } from '../../domain/merkle/hash.ts';
import { encodePositions } from '../../domain/tlog/leaf-positions.ts';

/** The leaves of events that follow one another, by tenant; undefined where there are none. */
export function leavesOf(events: readonly StoredEvent[]): LeafBatch | undefined {
  const last = events.at(-1);
  if (last === undefined) return undefined;
  const tenants = [...Map.groupBy(events, ({ tenant }) => tenant)].map(
    ([tenant, of]) =>
      [
        tenant,
        {
          hashes: Buffer.concat(of.map(({ envelope }) => leafHash(envelope))),
          positions: encodePositions(of.map(({ position }) => position)),
        },
      ] as const,
  );
  return {
    to: last.position,
    events: events.length,
    oldest: new Date(Math.min(...events.map(({ recordedAt }) => recordedAt.getTime()))),
    tenants: new Map(tenants),
  };
}

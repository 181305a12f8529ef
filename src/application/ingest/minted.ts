import { definitionOf } from '../../domain/events/catalogue.ts';
import { decodeEnvelope } from '../../domain/events/envelope.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import type { Randomness } from '../context.ts';
import type { Item } from './batch.ts';

/**
 * Asset ids for events that name none: the id of the first attempt if the event is stored already, so that a retry
 * does not mint a second asset; otherwise a new UUIDv7. Keyed by the event's index.
 */
export async function mintAssets(
  deps: { readonly log: EventLog; readonly random: Randomness },
  tenant: string,
  items: readonly Item[],
): Promise<ReadonlyMap<number, string>> {
  const nameless = items.filter(
    ({ incoming }) => incoming.asset === undefined && definitionOf(incoming.type).creates,
  );
  if (nameless.length === 0) return new Map();
  const stored = await deps.log.readByIdentity(
    tenant,
    nameless.map(({ incoming }) => ({ source: incoming.source, sourceId: incoming.sourceId })),
  );
  const known = new Map(
    stored.map(event => [`${event.source}\n${event.sourceId}`, decodeEnvelope(event.envelope).asset]),
  );
  return new Map(
    nameless.map(({ index, incoming }) => [
      index,
      known.get(`${incoming.source}\n${incoming.sourceId}`) ?? deps.random.uuidv7(),
    ]),
  );
}

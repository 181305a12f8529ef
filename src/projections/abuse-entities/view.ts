import type { Db, RecordedEvent, View } from '../runner/view.ts';
import { abuseEntitiesTables } from './table.ts';
import { removeAssets, removeSubjects, removeTenants, writeSightings, type Sighting } from './write.ts';

/** Finds who was seen with what in a stretch of the log. Its events are past: it may be asked again for the same. */
export type FindSightings = (events: readonly RecordedEvent[]) => Promise<readonly Sighting[]>;

/** What a batch erases comes last: nothing of it is found any more once its key is gone. */
async function apply(
  find: FindSightings,
  events: readonly RecordedEvent[],
  db: Db,
  schema: string,
): Promise<void> {
  await writeSightings(await find(events), db, schema);
  const erased = events.flatMap(({ type, tenant, asset }) =>
    type === 'asset.erased' && asset !== undefined ? [{ tenant, asset }] : [],
  );
  await removeAssets(erased, db, schema);
  const closed = events.flatMap(({ type, tenant, subject }) =>
    type === 'account.erased' && subject !== undefined ? [{ tenant, subject }] : [],
  );
  await removeSubjects(closed, db, schema);
  const ended = events.filter(({ type }) => type === 'tenant.erased').map(({ tenant }) => tenant);
  await removeTenants(ended, db, schema);
}

export const ABUSE_ENTITIES = 'abuse-entities';

/**
 * Which accounts share an address, a device, a payment or a client, by keyed tokens. The one view that needs a key of the
 * moment: it follows the log by itself, so that a silent KMS holds up no other.
 */
export const abuseEntities = (find: FindSightings): View => ({
  name: ABUSE_ENTITIES,
  version: 1,
  tables: abuseEntitiesTables,
  apply: (events, db, schema) => apply(find, events, db, schema),
});

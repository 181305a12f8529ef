import type { LetheError } from '../../domain/errors.ts';
import type { Db, RecordedEvent, View } from '../runner/view.ts';
import { abuseEntitiesTables } from './table.ts';
import { addWaiting, removeWaitingAssets, removeWaitingSubjects, waitingAmong } from './waiting.ts';
import type { UnseenCall } from './waiting.ts';
import { removeAssets, removeSubjects, removeTenants, writeSightings, type Sighting } from './write.ts';

export interface FoundSightings {
  readonly sightings: readonly Sighting[];
  /** Calls of tenants whose key is refused, or that wait already: they are put aside. */
  readonly unseen: readonly UnseenCall[];
  /** How the last key was refused; undefined where none was. */
  readonly refusal: LetheError | undefined;
}

/**
 * Finds who was seen with what in a stretch of the log; of the tenants that are `waiting` nothing. Its events are past: it
 * may be asked again for the same.
 */
export type FindSightings = (
  events: readonly RecordedEvent[],
  waiting: ReadonlySet<string>,
) => Promise<FoundSightings>;

/**
 * What a batch erases comes last: nothing of it is found any more once its key is gone. A tenant of whom something waits has
 * the rest wait behind it, so that its calls count in the order of the log, as in a rebuild.
 */
async function apply(
  find: FindSightings,
  events: readonly RecordedEvent[],
  db: Db,
  schema: string,
): Promise<void> {
  const tenants = new Set(events.map(({ tenant }) => tenant));
  const { sightings, unseen } = await find(events, await waitingAmong(db, schema, tenants));
  await writeSightings(sightings, db, schema);
  await addWaiting(unseen, db, schema);
  const erased = events.flatMap(({ type, tenant, asset }) =>
    type === 'asset.erased' && asset !== undefined ? [{ tenant, asset }] : [],
  );
  await removeAssets(erased, db, schema);
  await removeWaitingAssets(erased, db, schema);
  const closed = events.flatMap(({ type, tenant, subject }) =>
    type === 'account.erased' && subject !== undefined ? [{ tenant, subject }] : [],
  );
  await removeSubjects(closed, db, schema);
  await removeWaitingSubjects(closed, db, schema);
  const ended = events.filter(({ type }) => type === 'tenant.erased').map(({ tenant }) => tenant);
  await removeTenants(ended, db, schema);
}

export const ABUSE_ENTITIES = 'abuse-entities';
export const ABUSE_ENTITIES_VERSION = 2;

/**
 * Which accounts share an address, a device, a payment or a client, by keyed tokens. The one view that needs a key of the
 * moment: it follows the log by itself, so that a silent KMS holds up no other; and where a
 * tenant's own key is refused, its calls wait and all others' are seen.
 */
export const abuseEntities = (find: FindSightings): View => ({
  name: ABUSE_ENTITIES,
  version: ABUSE_ENTITIES_VERSION,
  tables: abuseEntitiesTables,
  apply: (events, db, schema) => apply(find, events, db, schema),
});

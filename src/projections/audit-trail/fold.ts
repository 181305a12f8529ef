import { bulkRows } from '../runner/bulk.ts';
import type { Db, RecordedEvent } from '../runner/view.ts';
import { addToDays } from './days.ts';
import { caseOf, outcomeOf, purposeOf, targetOf } from './entry.ts';
import { facetKey, facetOf, numberFacets } from './facets.ts';

interface Row {
  readonly event: RecordedEvent;
  readonly facet: number;
}

const entries = bulkRows<Row>([
  { name: 'tenant', type: 'uuid', value: ({ event }) => event.tenant },
  { name: 'position', type: 'int8', value: ({ event }) => event.position },
  { name: 'time', type: 'timestamptz', value: ({ event }) => event.time },
  { name: 'action', type: 'text', value: ({ event }) => event.type },
  { name: 'actor_kind', type: 'text', value: ({ event }) => event.actor.kind },
  { name: 'actor', type: 'text', value: ({ event }) => event.actor.id },
  { name: 'role', type: 'text', value: ({ event }) => event.actor.role },
  { name: 'target', type: 'text', value: ({ event }) => targetOf(event) },
  { name: 'outcome', type: 'text', value: ({ event }) => outcomeOf(event) },
  { name: 'purpose', type: 'text', value: ({ event }) => purposeOf(event) },
  { name: 'policy', type: 'int4', value: ({ event }) => event.policy },
  { name: 'case_id', type: 'text', value: ({ event }) => caseOf(event) },
  { name: 'facet', type: 'int8', value: ({ facet }) => facet },
]);

/** One row an event, of every type, with the number of its facet; and the counts of the days. */
export async function applyAuditTrail(
  events: readonly RecordedEvent[],
  db: Db,
  schema: string,
): Promise<void> {
  const keys = events.map(event => facetKey(facetOf(event)));
  const numbers = await numberFacets(events, keys, db, schema);
  const facets = keys.map(key => numbers.get(key) ?? 0);
  const rows = events.map((event, index) => ({ event, facet: facets[index] ?? 0 }));
  await db.query(`insert into ${schema}.entries (${entries.names}) ${entries.select}`, entries.values(rows));
  await addToDays(events, facets, db, schema);
}

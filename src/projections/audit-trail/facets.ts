import { bulkRows } from '../runner/bulk.ts';
import type { Db, RecordedEvent } from '../runner/view.ts';
import { outcomeOf, type Outcome } from './entry.ts';

/**
 * What many events have in common: who does what, in which role, with which outcome, under which policy. A tenant has
 * few of them, so that a filter over any of these is a choice of facets, and the entries of each lie in order of time.
 */
export interface Facet {
  readonly tenant: string;
  readonly action: string;
  readonly actorKind: string;
  /** Empty for end users: there are too many of them, and the entries themselves are indexed by user. */
  readonly actor: string;
  readonly role: string;
  readonly outcome: Outcome;
  readonly policy: number;
}

interface SeenFacet extends Facet {
  /** Position of the first event of the batch that shows it. */
  readonly first: number;
}

const columns = bulkRows<SeenFacet>([
  { name: 'tenant', type: 'uuid', value: facet => facet.tenant },
  { name: 'facet', type: 'int8', value: facet => facet.first },
  { name: 'action', type: 'text', value: facet => facet.action },
  { name: 'actor_kind', type: 'text', value: facet => facet.actorKind },
  { name: 'actor', type: 'text', value: facet => facet.actor },
  { name: 'role', type: 'text', value: facet => facet.role },
  { name: 'outcome', type: 'text', value: facet => facet.outcome },
  { name: 'policy', type: 'int4', value: facet => facet.policy },
]);
const FIELDS = `tenant, action, actor_kind as "actorKind", actor, role, outcome, policy`;
const KEY = 'tenant, action, actor_kind, actor, role, outcome, policy';

export const facetOf = (event: RecordedEvent): Facet => ({
  tenant: event.tenant,
  action: event.type,
  actorKind: event.actor.kind,
  actor: event.actor.kind === 'subject' ? '' : event.actor.id,
  role: event.actor.role ?? '',
  outcome: outcomeOf(event),
  policy: event.policy,
});

/** A facet as text, to look it up by. */
export const facetKey = ({ tenant, action, actorKind, actor, role, outcome, policy }: Facet): string =>
  `${tenant}\n${action}\n${actorKind}\n${actor}\n${role}\n${outcome}\n${policy}`;

/**
 * Numbers of the facets, by `facetKey`; those that are new get one: the position of the first event that shows it, so
 * that a rebuild numbers them alike.
 */
export async function numberFacets(
  events: readonly RecordedEvent[],
  keys: readonly string[],
  db: Db,
  schema: string,
): Promise<ReadonlyMap<string, number>> {
  const seen = new Map<string, SeenFacet>();
  events.forEach((event, index) => {
    const key = keys[index] ?? '';
    if (!seen.has(key)) seen.set(key, { ...facetOf(event), first: event.position });
  });
  const { rows } = await db.query<Facet & { number: number }>(
    `with input as (${columns.select}), added as (
       insert into ${schema}.facets (${columns.names}) select ${columns.names} from input
       on conflict (${KEY}) do nothing returning facet, ${KEY})
     select facet as number, ${FIELDS} from added
     union all
     select known.facet, ${FIELDS} from input join ${schema}.facets known using (${KEY})`,
    columns.values([...seen.values()]),
  );
  return new Map(rows.map(({ number, ...facet }) => [facetKey(facet), number]));
}

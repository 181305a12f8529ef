import type { FacetOf } from './choose-facets.ts';
import { Parameters, type AuditFilter } from './filter.ts';
import type { AuditPage } from './query.ts';

export interface Search {
  readonly tenants: readonly string[];
  readonly filter: AuditFilter;
  /** An end user whom the entries have to name. */
  readonly user: string | undefined;
  /** Undefined: all. */
  readonly facets: readonly FacetOf[] | undefined;
  /** What is read out of one index, in order: the entries of a facet, or those of a whole tenant. */
  readonly lanes: 'facets' | 'tenants';
  readonly page: AuditPage;
  readonly asOf: number;
}

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

const COLUMNS = `e.tenant, e.position, e.time, action, actor_kind as "actorKind", actor, role, target, outcome, purpose,
  policy, case_id as "case"`;
const ENTRIES = 'view_audit_trail.entries e';
/** How many entries a walk looks at for each that it wants. */
const LOOK = 20;

/**
 * The first entries of each lane, each read off the end of its index, and of those the first: the cost grows with the
 * lanes, never with the log.
 */
export function mergeStatement(search: Search): Statement {
  const parameters = new Parameters();
  const { relation, joined } = laneRelation(parameters, search);
  const where = [...joined, ...conditionsOf(parameters, search)].join(' and ');
  const first = `limit ${parameters.add(search.page.limit)}`;
  const text = `
    with found as (
      select place.* from ${relation} cross join lateral (
        select e.tenant, e.time, e.position from ${ENTRIES} where ${where} ${sorted(search, 'e')} ${first}) place
      ${sorted(search, 'place')} ${first})
    select ${COLUMNS} from found join ${ENTRIES} using (tenant, position) ${sorted(search, 'e')}`;
  return { text, values: parameters.values };
}

/**
 * Those that match among the entries of one tenant that come next, or that come next behind the first that matches: enough
 * for a page wherever most entries match from there on, otherwise fewer than the page's limit.
 */
export function walkStatement(
  search: Search & { readonly facets: readonly FacetOf[] },
  from: 'next' | 'first match',
): Statement {
  const parameters = new Parameters();
  const conditions = conditionsOf(parameters, { ...search, facets: undefined });
  const { limit, order } = search.page;
  const where = [`e.tenant = ${parameters.add(search.tenants[0])}`, ...conditions];
  if (from === 'first match') {
    const first = firstMatch(parameters, search, conditions);
    where.push(`e.time ${order === 'oldest-first' ? '>=' : '<='} (${first})`);
  }
  const text = `
    select ${COLUMNS} from (
      select * from ${ENTRIES} where ${where.join(' and ')} ${sorted(search, 'e')}
      limit ${parameters.add(LOOK * limit)}) e
    where facet = any(${numbersOf(parameters, search.facets)}) ${sorted(search, 'e')} limit ${parameters.add(limit)}`;
  return { text, values: parameters.values };
}

/** When the first entry of all lanes happened. */
function firstMatch(parameters: Parameters, search: Search, conditions: readonly string[]): string {
  const { relation, joined } = laneRelation(parameters, { ...search, lanes: 'facets' });
  const where = [...joined, ...conditions].join(' and ');
  return `select place.time from ${relation} cross join lateral (
    select e.time, e.position from ${ENTRIES} where ${where} ${sorted(search, 'e')} limit 1) place
    ${sorted(search, 'place')} limit 1`;
}

function sorted({ page: { order } }: Search, of: string): string {
  const direction = order === 'oldest-first' ? 'asc' : 'desc';
  return `order by ${of}.time ${direction}, ${of}.position ${direction}`;
}

const numbersOf = (parameters: Parameters, facets: readonly FacetOf[]): string =>
  `${parameters.add(facets.map(({ facet }) => facet))}::int8[]`;

function laneRelation(
  parameters: Parameters,
  { lanes, tenants, facets = [] }: Search,
): { readonly relation: string; readonly joined: readonly string[] } {
  const joined = ['e.tenant = lane.tenant'];
  if (lanes === 'tenants')
    return { relation: `unnest(${parameters.add(tenants)}::uuid[]) lane (tenant)`, joined };
  const ofTenants = parameters.add(facets.map(({ tenant }) => tenant));
  return {
    relation: `unnest(${ofTenants}::uuid[], ${numbersOf(parameters, facets)}) lane (tenant, facet)`,
    joined: [...joined, 'e.facet = lane.facet'],
  };
}

/** What has to hold of an entry beside its lane. */
function conditionsOf(
  parameters: Parameters,
  { filter, user, facets, lanes, page: { cursor, order }, asOf }: Search,
): string[] {
  const conditions = parameters.conditions([
    ['e.target =', filter.target],
    ['e.case_id =', filter.case],
    [`e.actor_kind = 'subject' and e.actor =`, user],
    ['e.time >=', filter.from],
    ['e.time <', filter.to],
    ['e.position <=', asOf],
  ]);
  if (lanes === 'tenants' && facets !== undefined) {
    conditions.push(`e.facet = any(${numbersOf(parameters, facets)})`);
  }
  if (cursor !== undefined) {
    const place = `(${parameters.add(cursor.time)}::timestamptz, ${parameters.add(cursor.position)}::int8)`;
    conditions.push(`(e.time, e.position) ${order === 'oldest-first' ? '>' : '<'} ${place}`);
  }
  return conditions;
}

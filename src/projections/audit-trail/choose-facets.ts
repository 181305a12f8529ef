import type { Db } from '../runner/view.ts';
import { Parameters, type AuditFilter } from './filter.ts';

export interface FacetOf {
  readonly tenant: string;
  readonly facet: number;
}

export interface ChosenFacets {
  /** The facets that match; undefined where the filter narrows none of what facets hold. */
  readonly facets: readonly FacetOf[] | undefined;
  /** An end user whom the entries themselves have to name. */
  readonly user: string | undefined;
}

/**
 * Which facets of the tenants a filter leaves. An actor that no facet names can only be an end user: users have no facets
 * of their own.
 */
export async function chooseFacets(
  db: Db,
  tenants: readonly string[],
  filter: AuditFilter,
): Promise<ChosenFacets> {
  const { actor, ...rest } = filter;
  if (actor === undefined) return { facets: await matching(db, tenants, rest), user: undefined };
  const named = await matching(db, tenants, filter);
  if (named !== undefined && named.length > 0) return { facets: named, user: undefined };
  return { facets: await matching(db, tenants, rest), user: actor };
}

async function matching(
  db: Db,
  tenants: readonly string[],
  { actor, role, action, outcome, policy }: AuditFilter,
): Promise<FacetOf[] | undefined> {
  const parameters = new Parameters();
  const ofTenants = `tenant = any(${parameters.add(tenants)}::uuid[])`;
  const conditions = parameters.conditions([
    ['actor =', actor],
    ['role =', role],
    action?.endsWith('*') === true ? ['action ^@', action.slice(0, -1)] : ['action =', action],
    ['outcome =', outcome],
    ['policy =', policy],
  ]);
  if (conditions.length === 0) return undefined;
  const { rows } = await db.query<FacetOf>(
    `select tenant, facet from view_audit_trail.facets where ${[ofTenants, ...conditions].join(' and ')} order by facet`,
    parameters.values,
  );
  return rows;
}

import type { Db } from '../runner/view.ts';
import { chooseFacets } from './choose-facets.ts';
import type { Outcome } from './entry.ts';
import { Parameters, type AuditFilter } from './filter.ts';

export interface AuditCount {
  /** UTC, YYYY-MM-DD. */
  readonly day: string;
  readonly action: string;
  readonly outcome: Outcome;
  readonly events: number;
}

/** A filter over whole days. */
export interface AuditDays extends Omit<AuditFilter, 'from' | 'to'> {
  /** First and last day, UTC, both included. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/**
 * Events a day, action and outcome, oldest day first. Counted beforehand, unless the filter names a target, a user or a
 * case: their few entries are counted now.
 */
export async function countAudit(db: Db, tenant: string, filter: AuditDays): Promise<AuditCount[]> {
  const { facets, user } = await chooseFacets(db, [tenant], filter);
  const parameters = new Parameters();
  const ofTenant = `counted.tenant = ${parameters.add(tenant)}`;
  const named = parameters.conditions([
    ['target =', filter.target],
    ['case_id =', filter.case],
    [`entries.actor_kind = 'subject' and entries.actor =`, user],
  ]);
  const ofFacets =
    facets === undefined
      ? []
      : [`counted.facet = any(${parameters.add(facets.map(({ facet }) => facet))}::int8[])`];
  const ofDays = parameters.conditions([
    ['counted.day >=', dayOf(filter.from)],
    ['counted.day <=', dayOf(filter.to)],
  ]);
  const source =
    named.length === 0
      ? 'view_audit_trail.days'
      : `(select tenant, (time at time zone 'UTC')::date as day, facet, 1 as events
          from view_audit_trail.entries where tenant = $1 and ${named.join(' and ')})`;
  const { rows } = await db.query<AuditCount>(
    `select to_char(counted.day, 'YYYY-MM-DD') as day, action, outcome, sum(events)::int8 as events
     from ${source} counted join view_audit_trail.facets using (tenant, facet)
     where ${[ofTenant, ...ofFacets, ...ofDays].join(' and ')}
     group by counted.day, action, outcome order by counted.day, action, outcome`,
    parameters.values,
  );
  return rows;
}

const dayOf = (date: Date | undefined): string | undefined => date?.toISOString().slice(0, 10);

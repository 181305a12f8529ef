import { viewTables } from '../runner/tables.ts';

/**
 * One row an event, so every index costs an insert each: three grow at their right edge or stay in cache, and two hold
 * only the few entries that end users caused or that belong to a case. Each ends in (time, position), which is the order
 * of every page, so that a page is read off the end of an index and never sorted.
 */
export const auditTrailTables = (schema: string): string =>
  viewTables(schema, [
    {
      name: 'facets',
      columns: `
        tenant     uuid not null,
        facet      bigint not null,
        action     text not null,
        actor_kind text not null,
        actor      text not null,
        role       text not null,
        outcome    text not null,
        policy     integer not null,
        primary key (tenant, facet),
        unique (tenant, action, actor_kind, actor, role, outcome, policy)`,
    },
    {
      name: 'entries',
      columns: `
        tenant     uuid not null,
        position   bigint not null,
        time       timestamptz(3) not null,
        action     text not null,
        actor_kind text not null,
        actor      text not null,
        role       text,
        target     text,
        outcome    text not null check (outcome in ('ok', 'denied')),
        purpose    text,
        policy     integer not null,
        case_id    text,
        facet      bigint not null,
        primary key (tenant, position)`,
      indexes: {
        entries_by_time: '(tenant, time, position)',
        entries_by_facet: '(tenant, facet, time, position)',
        entries_by_target: '(tenant, target, time, position)',
        entries_by_user: `(tenant, actor, time, position) where actor_kind = 'subject'`,
        entries_by_case: '(tenant, case_id, time, position) where case_id is not null',
      },
    },
    {
      name: 'days',
      columns: `
        tenant uuid not null,
        day    date not null,
        facet  bigint not null,
        events bigint not null,
        primary key (tenant, day, facet)`,
    },
  ]);

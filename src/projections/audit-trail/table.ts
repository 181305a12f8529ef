import { viewTables } from '../runner/tables.ts';

/**
 * One row an event, so every index costs an insert each: three that grow at their right edge or stay in cache, and a
 * block range index over the time, which costs next to nothing and serves narrow periods.
 */
export const auditTrailTables = (schema: string): string =>
  viewTables(schema, [
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
        primary key (tenant, position)`,
      indexes: {
        entries_by_actor: '(tenant, actor, position)',
        entries_by_action: '(tenant, action, position)',
        entries_by_target: '(tenant, target, position)',
        entries_by_time: 'using brin (time)',
      },
    },
  ]);

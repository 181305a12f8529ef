import { viewTables } from '../runner/tables.ts';

/** `touched_position`: the last event that deleted or masked content of the subject; behind `as_of` it outdates. */
export const reportsTables = (schema: string): string =>
  viewTables(schema, [
    {
      name: 'reports',
      columns: `
        tenant           uuid not null,
        report           uuid not null,
        kind             text not null,
        subject          uuid,
        request          uuid,
        period_from      timestamptz(3),
        period_to        timestamptz(3),
        state            text not null check (state in ('requested', 'issued', 'failed', 'expired')),
        requested_at     timestamptz(3) not null,
        position         bigint not null,
        sha256           text,
        bytes            bigint,
        events           bigint,
        tree_size        bigint,
        as_of            bigint,
        issued_at        timestamptz(3),
        expires_at       timestamptz(3),
        touched_position bigint not null default 0,
        reason           text,
        primary key (tenant, report)`,
      indexes: {
        reports_by_position: '(tenant, position)',
        reports_open: `(position) where state in ('requested', 'issued')`,
        reports_open_by_subject: `(tenant, subject) where state in ('requested', 'issued')`,
      },
    },
  ]);

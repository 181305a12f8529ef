import { viewTables } from '../runner/tables.ts';

/**
 * One row an event of a subject, in the order of its pages. What is counted lies in the indexes themselves, so that any
 * window of an account, or of all of them, is counted to the instant without a second table that could drift. Hour by
 * hour sums cost three times as much to keep as `timeline_by_time`, and an hour is seldom of more than one event.
 * `timeline_turns` holds only deletions and blocks.
 */
export const abuseActivityTables = (schema: string): string =>
  viewTables(schema, [
    {
      name: 'timeline',
      columns: `
        tenant   uuid not null,
        subject  uuid not null,
        at       timestamptz(3) not null,
        position bigint not null,
        type     text not null,
        asset    text,
        counted  text,
        rule     text,
        reason   text,
        policy   integer not null,
        primary key (tenant, subject, at, position) include (counted)`,
      indexes: {
        timeline_by_time: '(tenant, at) include (subject, counted) where counted is not null',
        timeline_turns: `(tenant, subject, at) where type in ('asset.hidden', 'generation.blocked', 'account.blocked')`,
      },
    },
  ]);

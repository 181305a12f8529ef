import { viewTables } from '../runner/tables.ts';

/**
 * `requested_for` is where deletions have moved the erasure; `erase_at` follows from it and from the schedule, so that
 * no order of events can make it later. The list index holds `status` before the date: a page of visible assets and a
 * count by status are both one range of it. Dates keep milliseconds, as JavaScript does, or cursors would skip rows.
 */
export const userAssetsTables = (schema: string): string =>
  viewTables(schema, [
    {
      name: 'assets',
      columns: `
        tenant        uuid not null,
        asset         text not null,
        subject       uuid,
        kind          text,
        modality      text,
        model         text,
        bytes         bigint,
        media_type    text,
        created_at    timestamptz(3),
        position      bigint,
        window_ends   timestamptz(3),
        scheduled_for timestamptz(3),
        requested_for timestamptz(3),
        erase_at      timestamptz(3) generated always as (least(scheduled_for, requested_for)) stored,
        status        text not null check (status in ('visible', 'hidden', 'erased')),
        stored        boolean not null,
        pii_action    text,
        hidden_at     timestamptz(3),
        request       uuid,
        cause         text,
        erased_at     timestamptz(3),
        certificate   uuid,
        primary key (tenant, asset)`,
      indexes: {
        assets_by_subject: '(tenant, subject, status, created_at desc, asset desc)',
        assets_due: `(erase_at, tenant, asset) where status <> 'erased'`,
      },
    },
    {
      name: 'lineage',
      columns: `
        tenant uuid not null,
        parent text not null,
        child  text not null,
        primary key (tenant, parent, child)`,
      indexes: { lineage_by_child: '(tenant, child)' },
    },
  ]);

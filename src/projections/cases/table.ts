import { viewTables, type Table } from '../runner/tables.ts';

/** `rank` orders priorities. What was decided stays until the case is decided anew. */
const cases: Table = {
  name: 'cases',
  columns: `
    tenant      uuid not null,
    case_id     uuid not null,
    status      text not null check (status in ('open', 'decided')),
    priority    text not null,
    rank        integer not null,
    origin      text not null,
    signals     uuid[] not null,
    assignee    text,
    opened_at   timestamptz(3) not null,
    decided_at  timestamptz(3),
    decision    text,
    ground      text,
    rule        text,
    redress     text[],
    position    bigint not null,
    primary key (tenant, case_id)`,
  indexes: { cases_queue: '(tenant, status, rank desc, opened_at, case_id)' },
};

const links: Table = {
  name: 'links',
  columns: `
    tenant  uuid not null,
    case_id uuid not null,
    kind    text not null check (kind in ('asset', 'subject')),
    ref     text not null,
    primary key (tenant, case_id, kind, ref)`,
  indexes: { links_by_ref: '(tenant, kind, ref)' },
};

/** Notes and entity links, without what they say; those whose key is destroyed leave. */
const entries: Table = {
  name: 'entries',
  columns: `
    tenant  uuid not null,
    case_id uuid not null,
    entry   uuid not null,
    kind    text not null check (kind in ('note', 'entities')),
    made_at timestamptz(3) not null,
    primary key (tenant, entry)`,
  indexes: { entries_by_case: '(tenant, case_id)' },
};

/** What each entry is about: everything that its case linked when it was written. */
const abouts: Table = {
  name: 'abouts',
  columns: `
    tenant uuid not null,
    entry  uuid not null,
    kind   text not null,
    ref    text not null,
    primary key (tenant, entry, kind, ref)`,
};

const requests: Table = {
  name: 'requests',
  columns: `
    tenant       uuid not null,
    case_id      uuid not null,
    request      uuid not null,
    asset        text not null,
    parts        text[] not null,
    reason       text not null,
    duration     text not null,
    requested_by text not null,
    requested_at timestamptz(3) not null,
    approver     text,
    expires_at   timestamptz(3),
    reveals      integer not null default 0,
    revealed_at  timestamptz(3),
    closed_at    timestamptz(3),
    close_cause  text,
    position     bigint not null,
    primary key (tenant, case_id, request)`,
};

export const caseTables = (schema: string): string =>
  viewTables(schema, [cases, links, entries, abouts, requests]);

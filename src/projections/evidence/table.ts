import { viewTables, type Table } from '../runner/tables.ts';

/** Counts by what was measured; `total` adds up what was counted, such as bytes. Times are those of recording. */
const tallies: Table = {
  name: 'tallies',
  columns: `
    tenant         uuid not null,
    measure        text not null,
    key            text not null,
    n              bigint not null,
    total          bigint not null,
    first_position bigint not null,
    last_position  bigint not null,
    first_at       timestamptz(3) not null,
    last_at        timestamptz(3) not null,
    primary key (tenant, measure, key)`,
};

/** What later events have to respect: opted-out, opted-in, objected:<purpose>, blocked, shared, unshared. */
const statements: Table = {
  name: 'statements',
  columns: `
    tenant   uuid not null,
    position bigint not null,
    kind     text not null,
    subject  uuid,
    asset    text,
    primary key (tenant, position)`,
  indexes: {
    statements_by_subject: '(tenant, subject, position)',
    statements_by_asset: '(tenant, asset) where asset is not null',
  },
};

const trainingUses: Table = {
  name: 'training_uses',
  columns: `
    tenant   uuid not null,
    position bigint not null,
    asset    text,
    subject  uuid,
    consent  text,
    primary key (tenant, position)`,
};

/** Keyed tokens of the sessions that made an asset or read it. */
const sessions: Table = {
  name: 'sessions',
  columns: `
    tenant uuid not null,
    asset  text not null,
    token  text not null,
    made   boolean not null,
    reads  bigint not null,
    primary key (tenant, asset, token)`,
};

const dataRequests: Table = {
  name: 'data_requests',
  columns: `
    tenant         uuid not null,
    dsr            uuid not null,
    kind           text,
    routed_to      text,
    received_at    timestamptz(3),
    due_by         timestamptz(3),
    handed_over_at timestamptz(3),
    closed_at      timestamptz(3),
    outcome        text,
    report         uuid,
    primary key (tenant, dsr)`,
};

const reports: Table = {
  name: 'reports',
  columns: `
    tenant    uuid not null,
    report    uuid not null,
    kind      text,
    issued_at timestamptz(3),
    failed_at timestamptz(3),
    sha256    text,
    size      bigint,
    primary key (tenant, report)`,
};

/** The deployment that the tenant was registered in. */
const cells: Table = {
  name: 'cells',
  columns: `
    tenant   uuid not null,
    position bigint not null,
    profile  jsonb not null,
    primary key (tenant, position)`,
};

export const evidenceTables = (schema: string): string =>
  viewTables(schema, [tallies, statements, trainingUses, sessions, dataRequests, reports, cells]);

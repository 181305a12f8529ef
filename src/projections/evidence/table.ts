import { viewTables, type Table } from '../runner/tables.ts';

/**
 * Counts by what was measured and the policy version that it happened under: what a pack does not promise is not held
 * against a tenant that takes it up later. `total` adds up what was counted, such as bytes. Times are those of recording.
 */
const tallies: Table = {
  name: 'tallies',
  columns: `
    tenant         uuid not null,
    measure        text not null,
    key            text not null,
    policy         integer not null,
    n              bigint not null,
    total          bigint not null,
    first_position bigint not null,
    last_position  bigint not null,
    first_at       timestamptz(3) not null,
    last_at        timestamptz(3) not null,
    primary key (tenant, measure, key, policy)`,
};

/**
 * What was said about data and what was done with it, where the order of the two decides: opted-out, opted-in, attested,
 * objected:<purpose>, blocked, limited, shared:<audience>, approved:<access request>; used (for training), opened-in-public,
 * revealed:<access request>.
 */
const acts: Table = {
  name: 'acts',
  columns: `
    tenant   uuid not null,
    position bigint not null,
    kind     text not null,
    at       timestamptz(3) not null,
    subject  uuid,
    asset    text,
    consent  text,
    primary key (tenant, position)`,
  indexes: {
    acts_by_subject: '(tenant, subject, position)',
    acts_by_asset: '(tenant, asset) where asset is not null',
  },
};

/** Keyed tokens of the sessions that made an asset or read it. */
const sessions: Table = {
  name: 'sessions',
  columns: `
    tenant uuid not null,
    asset  text not null,
    token  text not null,
    policy integer not null,
    made   boolean not null,
    reads  bigint not null,
    primary key (tenant, asset, token, policy)`,
};

/** Of each asset with PII, what should have led to what: one asset's flags do not make up for another's. */
const piiFindings: Table = {
  name: 'pii_findings',
  columns: `
    tenant       uuid not null,
    asset        text not null,
    personalized bigint not null,
    by_caller    bigint not null,
    flags        bigint not null,
    actions      bigint not null,
    primary key (tenant, asset)`,
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
  viewTables(schema, [tallies, acts, sessions, piiFindings, cells]);

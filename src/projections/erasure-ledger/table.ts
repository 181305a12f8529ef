import { viewTables, type Table } from '../runner/tables.ts';

/**
 * What was asked for, when, and when Lethe was told, which is later where the platform passes it on; what became of it
 * stands in `erasures`, by asset or by request.
 */
const requests: Table = {
  name: 'requests',
  columns: `
    tenant             uuid not null,
    request            uuid not null,
    scope              text not null check (scope in ('asset', 'account')),
    subject            uuid,
    asset              text,
    cause              text,
    requested_at       timestamptz(3) not null,
    recorded_at        timestamptz(3) not null,
    position           bigint not null,
    completed_at       timestamptz(3),
    completed_position bigint,
    certificate        uuid,
    epoch              integer,
    horizon_at         timestamptz(3),
    primary key (tenant, request)`,
  indexes: {
    requests_by_position: '(tenant, position)',
    requests_of_accounts: `(tenant, subject) where scope = 'account'`,
    requests_open_accounts: `(position) where scope = 'account' and completed_at is null`,
    requests_before_horizon: '(completed_at) where completed_at is not null and horizon_at is null',
  },
};

/** One row an asset that is hidden or erased, with its certificate. */
const erasures: Table = {
  name: 'erasures',
  columns: `
    tenant             uuid not null,
    asset              text not null,
    subject            uuid,
    request            uuid,
    cause              text,
    basis              text,
    hidden_at          timestamptz(3),
    hidden_position    bigint,
    erase_at           timestamptz(3),
    batch              uuid,
    keys               uuid[],
    epoch              integer,
    erased_at          timestamptz(3),
    erased_position    bigint,
    certificate        uuid,
    method             text,
    certified_position bigint,
    horizon_at         timestamptz(3),
    primary key (tenant, asset)`,
  indexes: {
    erasures_by_request: '(tenant, request)',
    erasures_open: '(erase_at) where erased_at is null',
    erasures_before_horizon: '(erased_at) where erased_at is not null and horizon_at is null',
  },
};

/** Requested (not placed yet: `expires_at` is then when the request lapses), in force, or ended. */
const holds: Table = {
  name: 'holds',
  columns: `
    tenant        uuid not null,
    hold          uuid not null,
    kind          text not null,
    authority     text not null,
    ground        text not null,
    subject       uuid,
    case_id       uuid,
    requested_at  timestamptz(3),
    requested_by  text,
    placed_at     timestamptz(3),
    expires_at    timestamptz(3),
    position      bigint not null,
    released_at   timestamptz(3),
    release_cause text,
    primary key (tenant, hold)`,
  indexes: {
    holds_by_subject: '(tenant, subject) where subject is not null',
    holds_open: '(expires_at) where released_at is null',
  },
};

const holdAssets: Table = {
  name: 'hold_assets',
  columns: `
    tenant uuid not null,
    asset  text not null,
    hold   uuid not null,
    primary key (tenant, asset, hold)`,
  indexes: { hold_assets_by_hold: '(tenant, hold)' },
};

/** Erasures that have begun and are not completed: few rows at any time. */
const batches: Table = {
  name: 'batches',
  columns: `
    tenant     uuid not null,
    batch      uuid not null,
    started_at timestamptz(3) not null,
    primary key (tenant, batch)`,
};

/** Erasures added up, so that a total needs no walk over millions of rows. */
const totals: Table = {
  name: 'totals',
  columns: `
    tenant       uuid not null,
    day          date not null,
    cause        text not null,
    erased       bigint not null,
    keys         bigint not null,
    late_ms      bigint not null,
    late_ms_max  bigint not null,
    primary key (tenant, day, cause)`,
};

/** Each tenant's epochs whose KMS key is destroyed. */
const horizons: Table = {
  name: 'horizons',
  columns: `
    tenant     uuid not null,
    epoch      integer not null,
    reached_at timestamptz(3) not null,
    primary key (tenant, epoch)`,
};

export const erasureLedgerTables = (schema: string): string =>
  viewTables(schema, [requests, erasures, holds, holdAssets, batches, totals, horizons]);

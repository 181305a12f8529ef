import { viewTables } from '../runner/tables.ts';

/**
 * `reasons` are numbers; whether the account and the assets are erased is asked of the key store when they are read.
 * `evidence` is what signals rest on and is still there: small, however many signals there were.
 */
export const abuseSignalsTables = (schema: string): string =>
  viewTables(schema, [
    {
      name: 'signals',
      columns: `
        tenant      uuid not null,
        signal      uuid not null,
        position    bigint not null,
        subject     uuid,
        rule        text not null,
        version     integer not null,
        severity    text not null,
        score       float8 not null,
        window_from timestamptz(3) not null,
        window_to   timestamptz(3) not null,
        reasons     jsonb not null,
        assets      jsonb not null,
        primary key (tenant, signal)`,
      indexes: {
        signals_by_position: '(tenant, position)',
        signals_by_subject: '(tenant, subject, position)',
      },
    },
    {
      name: 'evidence',
      columns: `
        tenant uuid not null,
        asset  text not null,
        signal uuid not null,
        primary key (tenant, asset, signal)`,
    },
  ]);

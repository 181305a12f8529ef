import { viewTables } from '../runner/tables.ts';

export const disclosuresTables = (schema: string): string =>
  viewTables(schema, [
    {
      name: 'disclosures',
      columns: `
        tenant     uuid not null,
        disclosure uuid not null,
        made_at    timestamptz(3) not null,
        recipient  text not null,
        kind       text not null,
        ground     text not null,
        authority  text,
        nda        text,
        redacted   boolean not null,
        categories jsonb not null,
        cohort     bigint,
        policy     integer not null,
        position   bigint not null,
        primary key (tenant, disclosure)`,
      indexes: { disclosures_by_position: '(tenant, position)' },
    },
    {
      name: 'subprocessor_changes',
      columns: `
        tenant       uuid not null,
        position     bigint not null,
        name         text not null,
        change       text not null,
        region       text,
        effective    timestamptz(3) not null,
        announced_at timestamptz(3) not null,
        primary key (tenant, position)`,
    },
    {
      name: 'terms',
      columns: `
        tenant        uuid not null,
        proposal      uuid not null,
        contract      text not null,
        proposed_by   text not null,
        proposed_at   timestamptz(3),
        approved_by   text,
        negotiated_at timestamptz(3),
        position      bigint not null,
        primary key (tenant, proposal)`,
    },
  ]);

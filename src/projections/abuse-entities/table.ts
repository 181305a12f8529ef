import { viewTables } from '../runner/tables.ts';

/**
 * A token is the first 128 bits of an HMAC, and a uuid here because that is 16 bytes of fixed width. `sightings` says of
 * which assets a link is made, so that it goes with the last of them; `links` is what is walked. `waiting` are calls whose
 * tenant's key is refused: nothing is known of them but that they are to be looked at.
 */
export const abuseEntitiesTables = (schema: string): string =>
  viewTables(schema, [
    {
      name: 'sightings',
      columns: `
        tenant  uuid not null,
        asset   text not null,
        token   uuid not null,
        subject uuid not null,
        seen_at timestamptz(3) not null,
        primary key (tenant, asset, token)`,
      indexes: { sightings_by_link: '(tenant, token, subject, seen_at)' },
    },
    {
      name: 'links',
      columns: `
        tenant  uuid not null,
        token   uuid not null,
        subject uuid not null,
        kind    text not null,
        assets  integer not null,
        primary key (tenant, token, subject)`,
      indexes: { links_by_subject: '(tenant, subject, kind, token)' },
    },
    {
      name: 'waiting',
      columns: `
        tenant   uuid   not null,
        position bigint not null,
        asset    text   not null,
        subject  uuid   not null,
        primary key (tenant, position)`,
      indexes: { waiting_by_asset: '(tenant, asset)', waiting_by_subject: '(tenant, subject)' },
    },
  ]);

set role lethe_owner;

-- Events that the PII detector could not look into, since the KMS refuses their tenant's key: they wait here, and the cursor
-- goes on. References alone, nothing personal.
create schema pii;
grant usage on schema pii to lethe_writer;

create table pii.put_aside (
  tenant   uuid   not null,
  position bigint not null,
  primary key (tenant, position)
);
grant select, insert, delete on pii.put_aside to lethe_writer;

reset role;

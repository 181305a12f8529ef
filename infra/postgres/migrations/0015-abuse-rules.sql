set role lethe_owner;

-- What the rules of abuse remember of each account, as of one position of the log: counts and references, nothing personal.
create schema abuse;
grant usage on schema abuse to lethe_writer;

create table abuse.rule_cursor (
  single   boolean not null primary key default true check (single),
  position bigint  not null
);
insert into abuse.rule_cursor (position) values (0);

-- json, not jsonb: it is written often, read as a whole, and never asked into.
create table abuse.rule_accounts (
  tenant  uuid not null,
  subject uuid not null,
  state   json not null,
  primary key (tenant, subject)
);
grant select, update on abuse.rule_cursor to lethe_writer;
grant select, insert, update, delete on abuse.rule_accounts to lethe_writer;

reset role;

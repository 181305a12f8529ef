set role lethe_owner;

create schema keys;
grant usage on schema keys to lethe_writer, lethe_reader;

create table keys.roots (
  tenant      uuid        not null,
  epoch       integer     not null,
  purpose     text        not null check (purpose in ('serving', 'safety')),
  kms_key_id  text        not null,
  wrapped     bytea       not null,
  created_at  timestamptz not null default clock_timestamp(),
  primary key (tenant, epoch, purpose)
);

create table keys.data_keys (
  tenant      uuid        not null,
  scope       text        not null,
  key_id      uuid        not null,
  epoch       integer     not null,
  subject     uuid,
  state       text        not null check (state in ('live', 'hidden', 'erased', 'unstored')),
  safety      bytea,
  serving     bytea,
  created_at  timestamptz not null,
  hidden_at   timestamptz,
  erased_at   timestamptz,
  primary key (tenant, scope),
  constraint live_opens_for_both check (state <> 'live' or (safety is not null and serving is not null)),
  constraint hidden_opens_for_safety_only check (state <> 'hidden' or serving is null),
  constraint tombstone_holds_no_key check (state not in ('erased', 'unstored') or (safety is null and serving is null))
);

create table keys.subjects (
  tenant     uuid  not null,
  token      bytea not null,
  subject    uuid  not null,
  sealed_id  bytea not null,
  primary key (tenant, token),
  constraint subjects_subject_key unique (tenant, subject)
);

create table keys.credentials (
  id          text        not null primary key,
  tenant      uuid,
  role        text        not null,
  subject     uuid,
  hash        bytea       not null,
  created_at  timestamptz not null,
  expires_at  timestamptz,
  revoked_at  timestamptz
);
create index credentials_tenant on keys.credentials (tenant, created_at);

grant select, insert on keys.roots to lethe_writer;
grant select, insert, update on keys.data_keys to lethe_writer;
grant select, insert, delete on keys.subjects to lethe_writer;
grant select, insert, update on keys.credentials to lethe_writer;

-- The reader sees what the serving purpose needs and no safety wrap.
grant select (tenant, epoch, purpose, kms_key_id, wrapped) on keys.roots to lethe_reader;
grant select (tenant, scope, key_id, epoch, subject, state, serving, created_at, hidden_at, erased_at) on keys.data_keys to lethe_reader;
grant select on keys.subjects to lethe_reader;

do $$
declare
  name text;
begin
  foreach name in array array['roots', 'data_keys', 'subjects'] loop
    execute format('alter table keys.%I enable row level security', name);
    execute format('alter table keys.%I force row level security', name);
    execute format('create policy writer on keys.%I to lethe_writer using (true) with check (true)', name);
    execute format($p$create policy reader on keys.%I for select to lethe_reader
      using (tenant = nullif(current_setting('lethe.tenant', true), '')::uuid)$p$, name);
  end loop;
end
$$;

-- The safety roots are wrapped by the KMS, and are none of the reader's business all the same.
alter policy reader on keys.roots
  using (tenant = nullif(current_setting('lethe.tenant', true), '')::uuid and purpose = 'serving');

reset role;

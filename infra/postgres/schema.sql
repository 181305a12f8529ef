-- Written by `npm run schema:dump` from a migrated database, for people to read: change the migrations.

-- schemas

create schema abuse authorization lethe_owner;
create schema cell authorization lethe_owner;
create schema deliveries authorization lethe_owner;
create schema keys authorization lethe_owner;
create schema lethe;
create schema log authorization lethe_owner;
create schema log_index authorization lethe_owner;
create schema pii authorization lethe_owner;
create schema tlog authorization lethe_owner;
create schema views authorization lethe_owner;

-- composite types

create type log.append_outcome as (
  kind text,
  item integer,
  value bigint
);
create type log_index.finding as (
  kind text,
  item integer,
  value bigint
);

-- tables

create table abuse.rule_accounts (
  tenant uuid not null,
  subject uuid not null,
  state json not null,
  constraint rule_accounts_pkey PRIMARY KEY (tenant, subject)
);
create table abuse.rule_cursor (
  single boolean not null default true,
  "position" bigint not null,
  version integer not null default 1,
  constraint rule_cursor_pkey PRIMARY KEY (single),
  constraint rule_cursor_single_check CHECK (single)
);
create table cell.profiles (
  number integer not null,
  profile jsonb not null,
  recorded_at timestamp with time zone not null default clock_timestamp(),
  constraint profiles_pkey PRIMARY KEY (number)
);
create table deliveries.cursors (
  name text not null,
  "position" bigint not null,
  constraint cursors_pkey PRIMARY KEY (name)
);
create table keys.credentials (
  id text not null,
  tenant uuid,
  role text not null,
  subject uuid,
  hash bytea not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  previous_hash bytea,
  previous_until timestamp with time zone,
  last_used_at timestamp with time zone,
  constraint credentials_pkey PRIMARY KEY (id),
  constraint credentials_previous CHECK (((previous_hash IS NULL) = (previous_until IS NULL)))
);
create table keys.data_keys (
  tenant uuid not null,
  scope text not null,
  key_id uuid not null,
  epoch integer not null,
  subject uuid,
  state text not null,
  safety bytea,
  serving bytea,
  created_at timestamp with time zone not null,
  hidden_at timestamp with time zone,
  erased_at timestamp with time zone,
  made_at timestamp with time zone default clock_timestamp(),
  condemned_at timestamp with time zone,
  constraint data_keys_pkey PRIMARY KEY (tenant, scope),
  constraint data_keys_state_check CHECK ((state = ANY (ARRAY['live'::text, 'hidden'::text, 'erased'::text, 'unstored'::text]))),
  constraint hidden_opens_for_safety_only CHECK (((state <> 'hidden'::text) OR (serving IS NULL))),
  constraint live_opens_for_both CHECK (((state <> 'live'::text) OR ((safety IS NOT NULL) AND (serving IS NOT NULL)))),
  constraint tombstone_holds_no_key CHECK (((state <> ALL (ARRAY['erased'::text, 'unstored'::text])) OR ((safety IS NULL) AND (serving IS NULL))))
);
create table keys.epochs (
  tenant uuid not null,
  epoch integer not null,
  kms_key_id text not null,
  state text not null,
  opened_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  survivors bigint,
  destroyed_at timestamp with time zone,
  constraint destroyed_has_a_date CHECK (((state = 'destroyed'::text) = (destroyed_at IS NOT NULL))),
  constraint epochs_pkey PRIMARY KEY (tenant, epoch),
  constraint epochs_state_check CHECK ((state = ANY (ARRAY['opening'::text, 'current'::text, 'closing'::text, 'closed'::text, 'retired'::text, 'destroyed'::text])))
);
create table keys.fence (
  singleton boolean not null default true,
  "position" bigint not null,
  constraint fence_pkey PRIMARY KEY (singleton),
  constraint fence_singleton_check CHECK (singleton)
);
create table keys.roots (
  tenant uuid not null,
  epoch integer not null,
  purpose text not null,
  kms_key_id text not null,
  wrapped bytea not null,
  created_at timestamp with time zone not null default clock_timestamp(),
  constraint roots_pkey PRIMARY KEY (tenant, epoch, purpose),
  constraint roots_purpose_check CHECK ((purpose = ANY (ARRAY['serving'::text, 'safety'::text])))
);
create table keys.subjects (
  tenant uuid not null,
  token bytea not null,
  subject uuid not null,
  sealed_id bytea not null,
  constraint subjects_pkey PRIMARY KEY (tenant, token),
  constraint subjects_subject_key UNIQUE (tenant, subject)
);
create table lethe.migrations (
  number integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default clock_timestamp(),
  constraint migrations_pkey PRIMARY KEY (number)
);
create table log.events (
  "position" bigint not null,
  tenant uuid not null,
  stream text not null,
  revision integer not null,
  source text not null,
  source_id text not null,
  type text not null,
  recorded_at timestamp with time zone not null,
  envelope bytea not null,
  sealed bytea storage external,
  constraint events_identity_key UNIQUE (tenant, source_id, source),
  constraint events_pkey PRIMARY KEY ("position"),
  constraint events_stream_key UNIQUE (tenant, stream, revision)
) with (toast_tuple_target=4080);
create table log_index.cursor (
  singleton boolean not null default true,
  "position" bigint not null,
  event uuid,
  constraint cursor_pkey PRIMARY KEY (singleton),
  constraint cursor_singleton_check CHECK (singleton)
);
create table log_index.entries (
  "position" bigint not null,
  tenant uuid not null,
  stream text not null,
  revision integer not null,
  identity bytea not null,
  constraint entries_identity_key UNIQUE (tenant, identity),
  constraint entries_pkey PRIMARY KEY ("position"),
  constraint entries_stream_key UNIQUE (tenant, stream, revision)
);
create table pii.put_aside (
  tenant uuid not null,
  "position" bigint not null,
  constraint put_aside_pkey PRIMARY KEY (tenant, "position")
);
create table tlog.checkpoints (
  tenant uuid not null,
  size bigint not null,
  root bytea not null,
  note text not null,
  published_at timestamp with time zone not null,
  constraint checkpoints_pkey PRIMARY KEY (tenant, size)
);
create table tlog.cursor (
  singleton boolean not null default true,
  "position" bigint not null,
  constraint cursor_pkey PRIMARY KEY (singleton),
  constraint cursor_singleton_check CHECK (singleton)
);
create table tlog.leaf_positions (
  tenant uuid not null,
  index bigint not null,
  first bigint not null,
  positions bytea storage external not null,
  constraint leaf_positions_first_key UNIQUE (tenant, first),
  constraint leaf_positions_pkey PRIMARY KEY (tenant, index)
);
create table tlog.tiles (
  tenant uuid not null,
  level smallint not null,
  index bigint not null,
  hashes bytea storage external not null,
  constraint tiles_hold_hashes CHECK ((((octet_length(hashes) >= 32) AND (octet_length(hashes) <= 8192)) AND ((octet_length(hashes) % 32) = 0))),
  constraint tiles_pkey PRIMARY KEY (tenant, level, index)
);
create table tlog.trees (
  tenant uuid not null,
  size bigint not null,
  published bigint not null default 0,
  constraint published_within_tree CHECK ((published <= size)),
  constraint trees_pkey PRIMARY KEY (tenant)
);
create table views.checkpoints (
  view text not null,
  version integer not null,
  "position" bigint not null,
  constraint checkpoints_pkey PRIMARY KEY (view)
);

-- indexes

CREATE INDEX credentials_tenant ON keys.credentials USING btree (tenant, created_at);
CREATE INDEX data_keys_condemned ON keys.data_keys USING btree (condemned_at) WHERE (condemned_at IS NOT NULL);
CREATE INDEX data_keys_made_at ON keys.data_keys USING brin (made_at);
CREATE INDEX epochs_unfinished ON keys.epochs USING btree (tenant) WHERE (state = ANY (ARRAY['opening'::text, 'closing'::text, 'closed'::text, 'retired'::text]));

-- functions

CREATE OR REPLACE FUNCTION keys.reap(of_tenant uuid, of_scope text, condemned_before timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
  with reaped as (
    delete from keys.data_keys
    where tenant = of_tenant and scope = of_scope and condemned_at <= condemned_before
      and state in ('live', 'unstored')
    returning 1
  )
  select exists (select from reaped);
$function$;
CREATE OR REPLACE FUNCTION log.append(tenants uuid[], streams text[], offsets integer[], sources text[], source_ids text[], types text[], envelopes bytea[], sealed bytea[], expected_tenants uuid[], expected_streams text[], expected_revisions integer[])
 RETURNS SETOF log.append_outcome
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
 SET work_mem TO '64MB'
AS $function$
declare
  head     bigint;
  obstacle log.append_outcome[];
begin
  perform pg_advisory_xact_lock(7070002);

  obstacle := array(
    select row('duplicate', new.item, stored.position)::log.append_outcome
    from unnest(tenants, sources, source_ids) with ordinality new(tenant, source, source_id, item)
    join log.events stored using (tenant, source, source_id)
  ) || array(
    select row('conflict', expected.item, actual.revision)::log.append_outcome
    from unnest(expected_tenants, expected_streams, expected_revisions)
      with ordinality expected(tenant, stream, revision, item)
    cross join lateral (
      select coalesce(max(stored.revision), -1) as revision from log.events stored
      where stored.tenant = expected.tenant and stored.stream = expected.stream
    ) actual
    where actual.revision <> expected.revision
  );
  if cardinality(obstacle) > 0 then
    return query select * from unnest(obstacle);
    return;
  end if;

  select coalesce(max(position), 0) into head from log.events;

  insert into log.events
    (position, tenant, stream, revision, source, source_id, type, recorded_at, envelope, sealed)
  select head + new.item, new.tenant, new.stream, actual.revision + 1 + new.offset_in_stream,
    new.source, new.source_id, new.type, date_trunc('milliseconds', clock_timestamp()), new.envelope, new.sealed
  from unnest(tenants, streams, offsets, sources, source_ids, types, envelopes, sealed)
    with ordinality new(tenant, stream, offset_in_stream, source, source_id, type, envelope, sealed, item)
  cross join lateral (
    select coalesce(max(stored.revision), -1) as revision from log.events stored
    where stored.tenant = new.tenant and stored.stream = new.stream
  ) actual;

  perform pg_notify('lethe_log', (head + cardinality(tenants))::text);
  return query select 'appended', 0, head;
end
$function$;
CREATE OR REPLACE FUNCTION log_index.enter(after bigint, event uuid, tenants uuid[], streams text[], revisions integer[], identities bytea[])
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'pg_temp'
AS $function$
declare
  reached bigint;
begin
  -- What a crash takes away here is read from the log again.
  perform set_config('synchronous_commit', 'off', true);
  select position into reached from log_index.cursor for update;
  if reached <> after then
    return reached;
  end if;
  insert into log_index.entries (position, tenant, stream, revision, identity)
  select after + new.item, new.tenant, new.stream, new.revision, new.identity
  from unnest(tenants, streams, revisions, identities) with ordinality new(tenant, stream, revision, identity, item);
  reached := after + cardinality(tenants);
  update log_index.cursor set position = reached, event = enter.event;
  return reached;
end
$function$;
CREATE OR REPLACE FUNCTION log_index.look_up(tenants uuid[], identities bytea[], stream_tenants uuid[], streams text[])
 RETURNS SETOF log_index.finding
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
begin
  return query select 'indexed', 0, position from log_index.cursor;

  return query
    select 'duplicate', asked.item::integer, stored.position
    from unnest(tenants, identities) with ordinality asked(tenant, identity, item)
    join log_index.entries stored using (tenant, identity);

  return query
    select 'revision', asked.item::integer, actual.revision::bigint
    from unnest(stream_tenants, streams) with ordinality asked(tenant, stream, item)
    cross join lateral (
      select coalesce(max(stored.revision), -1) as revision from log_index.entries stored
      where stored.tenant = asked.tenant and stored.stream = asked.stream
    ) actual;
end
$function$;

-- row level security

alter table keys.data_keys enable row level security;
alter table keys.data_keys force row level security;
alter table keys.epochs enable row level security;
alter table keys.epochs force row level security;
alter table keys.roots enable row level security;
alter table keys.roots force row level security;
alter table keys.subjects enable row level security;
alter table keys.subjects force row level security;
alter table log.events enable row level security;
alter table log.events force row level security;
alter table tlog.leaf_positions enable row level security;
alter table tlog.leaf_positions force row level security;
alter table tlog.tiles enable row level security;
alter table tlog.tiles force row level security;

-- policies

create policy reader on keys.data_keys for select to lethe_reader using ((tenant = (NULLIF(current_setting('lethe.tenant'::text, true), ''::text))::uuid));
create policy reaping on keys.data_keys for all to lethe_owner using ((condemned_at IS NOT NULL));
create policy writer on keys.data_keys for all to lethe_writer using (true) with check (true);
create policy reader on keys.epochs for select to lethe_reader using ((tenant = (NULLIF(current_setting('lethe.tenant'::text, true), ''::text))::uuid));
create policy writer on keys.epochs for all to lethe_writer using (true) with check (true);
create policy reader on keys.roots for select to lethe_reader using (((tenant = (NULLIF(current_setting('lethe.tenant'::text, true), ''::text))::uuid) AND (purpose = 'serving'::text)));
create policy writer on keys.roots for all to lethe_writer using (true) with check (true);
create policy reader on keys.subjects for select to lethe_reader using ((tenant = (NULLIF(current_setting('lethe.tenant'::text, true), ''::text))::uuid));
create policy writer on keys.subjects for all to lethe_writer using (true) with check (true);
create policy reader on log.events for select to lethe_reader using ((tenant = (NULLIF(current_setting('lethe.tenant'::text, true), ''::text))::uuid));
create policy writer on log.events for all to lethe_writer using (true) with check (true);
create policy additions on tlog.leaf_positions for insert to lethe_writer with check (true);
create policy everything on tlog.leaf_positions for select to lethe_writer using (true);
create policy growth on tlog.leaf_positions for update to lethe_writer using ((octet_length(positions) < 2048)) with check (true);
create policy additions on tlog.tiles for insert to lethe_writer with check (true);
create policy everything on tlog.tiles for select to lethe_writer using (true);
create policy growth on tlog.tiles for update to lethe_writer using ((octet_length(hashes) < 8192)) with check (true);

-- grants

grant usage on schema abuse to lethe_writer;
grant usage on schema cell to lethe_writer;
grant usage on schema deliveries to lethe_writer;
grant usage on schema keys to lethe_reader;
grant usage on schema keys to lethe_writer;
grant usage on schema log to lethe_reader;
grant usage on schema log to lethe_writer;
grant usage on schema log_index to lethe_writer;
grant usage on schema pii to lethe_writer;
grant usage on schema tlog to lethe_writer;
grant usage on schema views to lethe_reader;
grant usage on schema views to lethe_writer;
grant delete, insert, select, update on table abuse.rule_accounts to lethe_writer;
grant select, update on table abuse.rule_cursor to lethe_writer;
grant insert, select on table cell.profiles to lethe_writer;
grant insert, select, update on table deliveries.cursors to lethe_writer;
grant insert, select, update on table keys.credentials to lethe_writer;
grant insert, select, update on table keys.data_keys to lethe_writer;
grant select on table keys.epochs to lethe_reader;
grant insert, select, update on table keys.epochs to lethe_writer;
grant select, update on table keys.fence to lethe_writer;
grant delete, insert, select on table keys.roots to lethe_writer;
grant select on table keys.subjects to lethe_reader;
grant delete, insert, select on table keys.subjects to lethe_writer;
grant select on table log.events to lethe_reader;
grant insert, select on table log.events to lethe_writer;
grant select, update on table log_index.cursor to lethe_writer;
grant insert, select, truncate on table log_index.entries to lethe_writer;
grant delete, insert, select on table pii.put_aside to lethe_writer;
grant insert, select on table tlog.checkpoints to lethe_writer;
grant select, update on table tlog.cursor to lethe_writer;
grant insert, select on table tlog.leaf_positions to lethe_writer;
grant insert, select on table tlog.tiles to lethe_writer;
grant insert, select, update on table tlog.trees to lethe_writer;
grant select on table views.checkpoints to lethe_reader;
grant delete, insert, select, update on table views.checkpoints to lethe_writer;
grant execute on function keys.reap to lethe_writer;
grant execute on function log.append to lethe_writer;
grant execute on function log_index.enter to lethe_writer;
grant execute on function log_index.look_up to lethe_writer;

-- grants of columns

grant select (tenant, scope, key_id, epoch, subject, state, serving, created_at, hidden_at, erased_at) on table keys.data_keys to lethe_reader;
grant select (tenant, epoch, purpose, kms_key_id, wrapped) on table keys.roots to lethe_reader;
grant update (positions) on table tlog.leaf_positions to lethe_writer;
grant update (hashes) on table tlog.tiles to lethe_writer;

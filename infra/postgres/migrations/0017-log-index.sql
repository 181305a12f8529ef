set role lethe_owner;

-- Where the log is in EventStoreDB: what an append has to know before it is made, by position. Disposable, and read by
-- lethe_writer alone: the log fills it again.
create schema log_index;
grant usage on schema log_index to lethe_writer;

create table log_index.entries (
  position bigint  not null primary key,
  tenant   uuid    not null,
  stream   text    not null collate "C",
  revision integer not null,
  identity bytea   not null,
  constraint entries_stream_key unique (tenant, stream, revision),
  constraint entries_identity_key unique (tenant, identity)
);

-- event is the store's own id of the event at the position: an index of another log is known by it.
create table log_index.cursor (
  singleton boolean not null primary key default true check (singleton),
  position  bigint  not null,
  event     uuid
);
insert into log_index.cursor (position) values (0);

grant select, insert, truncate on log_index.entries to lethe_writer;
grant select, update on log_index.cursor to lethe_writer;

create type log_index.finding as (
  kind  text,     -- indexed, duplicate or revision
  item  integer,  -- 1-based: of the identities, or of the streams
  value bigint    -- up to which position the index is told, the first position, the last revision
);

-- Stable: every statement in it sees the index as it was when the call began, up to one and the same position.
create function log_index.look_up(
  tenants uuid[], identities bytea[], stream_tenants uuid[], streams text[]
) returns setof log_index.finding
language plpgsql stable
set search_path = pg_catalog, pg_temp
-- The plan is made once, perhaps on an empty table: keep it to the indexes.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
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
$$;
revoke execute on function log_index.look_up from public;
grant execute on function log_index.look_up to lethe_writer;

-- Enters the events behind `after`, if that is where the index ends, and answers where it ends now.
create function log_index.enter(
  after bigint, event uuid, tenants uuid[], streams text[], revisions integer[], identities bytea[]
) returns bigint
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
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
$$;
revoke execute on function log_index.enter from public;
grant execute on function log_index.enter to lethe_writer;

reset role;

set role lethe_owner;

create schema log;
grant usage on schema log to lethe_writer, lethe_reader;

-- Collation C: byte order, which no upgrade of the system's locales can change under an index.
create table log.events (
  position    bigint      not null primary key,
  tenant      uuid        not null,
  stream      text        not null collate "C",
  revision    integer     not null,
  source      text        not null collate "C",
  source_id   text        not null collate "C",
  type        text        not null,
  recorded_at timestamptz not null,
  envelope    bytea       not null,
  sealed      bytea,
  constraint events_stream_key unique (tenant, stream, revision),
  constraint events_identity_key unique (tenant, source_id, source)
);

-- Ciphertext does not compress: do not try. Rows up to half a page stay in one piece.
alter table log.events alter column sealed set storage external;
alter table log.events set (toast_tuple_target = 4080);

-- Append-only by privilege as well as by code.
grant select, insert on log.events to lethe_writer;
grant select on log.events to lethe_reader;

alter table log.events enable row level security;
alter table log.events force row level security;
create policy writer on log.events to lethe_writer using (true) with check (true);
create policy reader on log.events for select to lethe_reader
  using (tenant = nullif(current_setting('lethe.tenant', true), '')::uuid);

create type log.append_outcome as (
  kind  text,     -- appended, duplicate or conflict
  item  integer,  -- 1-based: of the events for a duplicate, of the expectations for a conflict
  value bigint    -- the position before the first new event, the first position, the actual revision
);

-- Appends all the events or, naming each obstacle, none. One call is one flush of the group commit.
-- The lock is held until the commit is visible, so positions follow commit order without a gap; each statement below it
-- sees every append before. offsets[i] counts the events of the same stream before the i-th of this call.
create function log.append(
  tenants uuid[], streams text[], offsets integer[], sources text[], source_ids text[], types text[],
  envelopes bytea[], sealed bytea[],
  expected_tenants uuid[], expected_streams text[], expected_revisions integer[]
) returns setof log.append_outcome
language plpgsql
set search_path = pg_catalog, pg_temp
-- The plan is made once, perhaps on an empty table: keep it to the indexes.
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set work_mem = '64MB'
as $$
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
$$;
revoke execute on function log.append from public;
grant execute on function log.append to lethe_writer;

reset role;

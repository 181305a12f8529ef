set role lethe_owner;

-- The transparency log: one RFC 6962 tree a tenant over its stored envelopes, in tiles of 256 hashes (C2SP tlog-tiles).
create schema tlog;
grant usage on schema tlog to lethe_writer;

-- How far the notary has followed the log: moves in the transaction of what it stores.
create table tlog.cursor (
  singleton boolean not null primary key default true check (singleton),
  position  bigint  not null
);
insert into tlog.cursor (position) values (0);
grant select, update on tlog.cursor to lethe_writer;

-- published: leaves that the newest published checkpoint covers.
create table tlog.trees (
  tenant    uuid   not null primary key,
  size      bigint not null,
  published bigint not null default 0,
  constraint published_within_tree check (published <= size)
);
grant select, insert, update on tlog.trees to lethe_writer;

-- hashes: 32 bytes each, at most 256. The last tile of a level grows; any earlier width of it is a prefix.
create table tlog.tiles (
  tenant uuid     not null,
  level  smallint not null,
  index  bigint   not null,
  hashes bytea    storage external not null,
  constraint tiles_pkey primary key (tenant, level, index),
  constraint tiles_hold_hashes check (octet_length(hashes) between 32 and 8192 and octet_length(hashes) % 32 = 0)
);
grant select, insert, update (hashes) on tlog.tiles to lethe_writer;

-- Where the leaves of a tile of level 0 stand in the log: positions in order, 8 bytes each, most significant first.
create table tlog.leaf_positions (
  tenant    uuid   not null,
  index     bigint not null,
  first     bigint not null,
  positions bytea  storage external not null,
  constraint leaf_positions_pkey primary key (tenant, index),
  constraint leaf_positions_first_key unique (tenant, first)
);
grant select, insert, update (positions) on tlog.leaf_positions to lethe_writer;

-- Signed notes as they were published, for ever.
create table tlog.checkpoints (
  tenant       uuid        not null,
  size         bigint      not null,
  root         bytea       not null,
  note         text        not null,
  published_at timestamptz not null,
  constraint checkpoints_pkey primary key (tenant, size)
);
grant select, insert on tlog.checkpoints to lethe_writer;

-- A full tile never changes again, whatever the code does.
alter table tlog.tiles enable row level security;
alter table tlog.tiles force row level security;
create policy everything on tlog.tiles for select to lethe_writer using (true);
create policy additions on tlog.tiles for insert to lethe_writer with check (true);
create policy growth on tlog.tiles for update to lethe_writer
  using (octet_length(hashes) < 8192) with check (true);

alter table tlog.leaf_positions enable row level security;
alter table tlog.leaf_positions force row level security;
create policy everything on tlog.leaf_positions for select to lethe_writer using (true);
create policy additions on tlog.leaf_positions for insert to lethe_writer with check (true);
create policy growth on tlog.leaf_positions for update to lethe_writer
  using (octet_length(positions) < 2048) with check (true);

reset role;

set role lethe_owner;

-- The tables of the views themselves belong to src/projections: each in a schema of its own, dropped and rebuilt at will.
create schema views;
grant usage on schema views to lethe_writer, lethe_reader;

create table views.checkpoints (
  view      text    not null primary key,
  version   integer not null,
  position  bigint  not null
);
grant select, insert, update, delete on views.checkpoints to lethe_writer;
grant select on views.checkpoints to lethe_reader;

reset role;

-- The projector makes and swaps the views' schemas.
do $$
begin
  execute format('grant create on database %I to lethe_writer', current_database());
end
$$;

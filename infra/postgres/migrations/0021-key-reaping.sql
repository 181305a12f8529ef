set role lethe_owner;

-- By this database's clock, for keys whose event never came. Keys that are older than these columns have their events.
alter table keys.data_keys add column made_at timestamptz, add column condemned_at timestamptz;
alter table keys.data_keys alter column made_at set default clock_timestamp();
-- Rows are written in this order: a few pages say where an hour lies.
create index data_keys_made_at on keys.data_keys using brin (made_at);
create index data_keys_condemned on keys.data_keys (condemned_at) where condemned_at is not null;

-- The one way a key row leaves the table; a tombstone never does. Answers whether it left.
create function keys.reap(of_tenant uuid, of_scope text, condemned_before timestamptz) returns boolean
language sql security definer
set search_path = pg_catalog, pg_temp
as $$
  with reaped as (
    delete from keys.data_keys
    where tenant = of_tenant and scope = of_scope and condemned_at <= condemned_before
      and state in ('live', 'unstored')
    returning 1
  )
  select exists (select from reaped);
$$;
revoke execute on function keys.reap from public;
grant execute on function keys.reap to lethe_writer;

-- The owner, under whose rights the function runs, is held to the policies as everybody else.
create policy reaping on keys.data_keys to lethe_owner using (condemned_at is not null);

reset role;

-- Roles belong to the whole server, so several databases share them: create only what is missing.
-- lethe_owner owns every object; lethe_writer is the service; lethe_reader answers queries, one tenant at a time.
do $$
declare
  name text;
begin
  foreach name in array array['lethe_owner', 'lethe_writer', 'lethe_reader'] loop
    begin
      execute format('create role %I nologin', name);
    exception when duplicate_object or unique_violation then null;
    end;
    if not (select rolsuper from pg_roles where rolname = current_user) then
      execute format('grant %I to current_user', name);
    end if;
  end loop;
end
$$;

do $$
begin
  execute format('grant create on database %I to lethe_owner', current_database());
end
$$;

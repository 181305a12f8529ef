/** Each query yields one column of SQL text, in an order that depends on names alone. `own` is the schemas of Lethe. */
const own = `n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'public')`;
const isTable = `c.relkind in ('r', 'p') and ${own}`;

const schemas = `
  select format('create schema %I%s;', n.nspname, (
    select ' authorization ' || r.rolname from pg_roles r where r.oid = n.nspowner and r.rolname = 'lethe_owner'))
  from pg_namespace n where ${own} order by n.nspname`;

const compositeTypes = `
  select format(E'create type %I.%I as (\\n%s\\n);', n.nspname, c.relname,
    string_agg(format('  %I %s', a.attname, format_type(a.atttypid, a.atttypmod)), E',\\n' order by a.attnum))
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
  where c.relkind = 'c' and ${own} and a.attnum > 0
  group by n.nspname, c.relname order by n.nspname, c.relname`;

const tables = `
  select format(E'create table %I.%I (\\n%s\\n)%s;', n.nspname, c.relname,
    (select string_agg(line, E',\\n' order by place, name) from (
      select 1 as place, lpad(a.attnum::text, 4, '0') as name, format('  %I %s%s%s%s', a.attname,
        format_type(a.atttypid, a.atttypmod),
        case when a.attstorage <> t.typstorage then ' storage ' || case a.attstorage
          when 'e' then 'external' when 'm' then 'main' when 'p' then 'plain' else 'extended' end else '' end,
        case when a.attnotnull then ' not null' else '' end,
        coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')) as line
      from pg_attribute a join pg_type t on t.oid = a.atttypid
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      union all
      select 2, o.conname, format('  constraint %I %s', o.conname, pg_get_constraintdef(o.oid))
      from pg_constraint o where o.conrelid = c.oid and o.contype <> 'n'
    ) lines),
    coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', ''))
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where ${isTable} order by n.nspname, c.relname`;

const indexes = `
  select pg_get_indexdef(i.indexrelid) || ';'
  from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
  where ${isTable} and not exists (select from pg_constraint o where o.conindid = i.indexrelid)
  order by i.indexrelid::regclass::text`;

const functions = `
  select rtrim(pg_get_functiondef(p.oid), E'\\n') || ';'
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where ${own} order by n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)`;

const rowSecurity = `
  select format('alter table %I.%I %s row level security;', n.nspname, c.relname, mode.word)
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  cross join lateral (values (1, 'enable', c.relrowsecurity), (2, 'force', c.relforcerowsecurity))
    mode(place, word, is_on)
  where ${isTable} and mode.is_on order by n.nspname, c.relname, mode.place`;

const policies = `
  select format('create policy %I on %I.%I for %s to %s%s%s;', p.policyname, p.schemaname, p.tablename, lower(p.cmd),
    array_to_string(p.roles, ', '), coalesce(' using (' || p.qual || ')', ''),
    coalesce(' with check (' || p.with_check || ')', ''))
  from pg_policies p join pg_namespace n on n.nspname = p.schemaname
  where ${own} order by p.schemaname, p.tablename, p.policyname`;

const grantee = `case when acl.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(acl.grantee)) end`;

/** An object's owner may do everything; what is said here is who else may. */
const grants = `
  select format('grant %s on %s to %s;', lower(string_agg(acl.privilege_type, ', ' order by acl.privilege_type)),
    object.name, ${grantee})
  from (
    select 1 as place, format('schema %I', n.nspname) as name, n.nspowner as owner, n.nspacl as acl
    from pg_namespace n where ${own}
    union all
    select 2, format('table %I.%I', n.nspname, c.relname), c.relowner, c.relacl
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where ${isTable}
    union all
    select 3, format('function %I.%I', n.nspname, p.proname), p.proowner,
      coalesce(p.proacl, acldefault('f', p.proowner))
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${own}
  ) object cross join lateral aclexplode(object.acl) acl
  where acl.grantee <> object.owner
  group by object.place, object.name, acl.grantee order by object.place, object.name, ${grantee}`;

const columnGrants = `
  select format('grant %s (%s) on table %I.%I to %s;', lower(acl.privilege_type),
    string_agg(quote_ident(a.attname), ', ' order by a.attnum), n.nspname, c.relname, ${grantee})
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
  cross join lateral aclexplode(a.attacl) acl
  where ${isTable} and acl.grantee <> c.relowner
  group by n.nspname, c.relname, acl.privilege_type, acl.grantee
  order by n.nspname, c.relname, ${grantee}, acl.privilege_type`;

/** In the order in which the dump prints them. */
export const SCHEMA_QUERIES: Readonly<Record<string, string>> = {
  schemas,
  'composite types': compositeTypes,
  tables,
  indexes,
  functions,
  'row level security': rowSecurity,
  policies,
  grants,
  'grants of columns': columnGrants,
};

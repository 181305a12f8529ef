set role lethe_owner;

-- What the cell is, as its tenants are told (promises 5 and 14). The newest row is in force: the service adds the first and
-- refuses to start where its configuration differs. A deliberate change is a row that the database owner adds.
create schema cell;
grant usage on schema cell to lethe_writer;

create table cell.profiles (
  number      integer     generated always as identity primary key,
  profile     jsonb       not null,
  recorded_at timestamptz not null default clock_timestamp()
);
grant select, insert on cell.profiles to lethe_writer;

reset role;

set role lethe_owner;

-- How far each delivery out of the log has come: every event at or before the position has been taken by its receiver.
create schema deliveries;
grant usage on schema deliveries to lethe_writer;

create table deliveries.cursors (
  name     text   not null primary key,
  position bigint not null
);
grant select, insert, update on deliveries.cursors to lethe_writer;

reset role;

-- What the rules remember has a version: where it is an older one, they start over from the log. An older version that goes
-- on beside this one starts over too, and gives way.
set role lethe_owner;

alter table abuse.rule_cursor add column version integer not null default 1;

reset role;

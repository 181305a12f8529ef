-- A key that was rotated has its former secret for a while, and says when it was last of use. What is new has a value
-- for those who do not know of it: an older version goes on beside this one.
set role lethe_owner;

alter table keys.credentials
  add column previous_hash  bytea,
  add column previous_until timestamptz,
  add column last_used_at   timestamptz,
  add constraint credentials_previous check ((previous_hash is null) = (previous_until is null));

reset role;

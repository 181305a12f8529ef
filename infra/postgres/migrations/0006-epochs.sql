set role lethe_owner;

-- One row an epoch and tenant, never removed: what became of each KMS key.
-- opening: its roots are being made · current: new data keys go under it · closing: superseded, survivors move on ·
-- closed: takes no new key any more · retired: holds no key that lives · destroyed: so is its KMS key
create table keys.epochs (
  tenant       uuid        not null,
  epoch        integer     not null,
  kms_key_id   text        not null,
  state        text        not null check (state in ('opening', 'current', 'closing', 'closed', 'retired', 'destroyed')),
  opened_at    timestamptz not null,
  retired_at   timestamptz,
  survivors    bigint,
  destroyed_at timestamptz,
  primary key (tenant, epoch),
  constraint destroyed_has_a_date check ((state = 'destroyed') = (destroyed_at is not null))
);
create index epochs_unfinished on keys.epochs (tenant) where state in ('opening', 'closing', 'closed', 'retired');

insert into keys.epochs (tenant, epoch, kms_key_id, state, opened_at)
select tenant, epoch, min(kms_key_id), 'current', min(created_at) from keys.roots group by tenant, epoch;

-- How far the log's hides and erasures are known to be in these rows. It lies with them, so that rows restored from
-- a backup say themselves from where on the log has to be repeated.
create table keys.fence (
  singleton boolean not null primary key default true check (singleton),
  position  bigint  not null
);
insert into keys.fence (position)
select coalesce((select position from views.checkpoints where view = 'key-fence'), 0);

grant select, insert, update on keys.epochs to lethe_writer;
grant select, update on keys.fence to lethe_writer;
-- The roots of a destroyed KMS key are of no use to anybody.
grant delete on keys.roots to lethe_writer;

alter table keys.epochs enable row level security;
alter table keys.epochs force row level security;
create policy writer on keys.epochs to lethe_writer using (true) with check (true);
create policy reader on keys.epochs for select to lethe_reader
  using (tenant = nullif(current_setting('lethe.tenant', true), '')::uuid);
grant select on keys.epochs to lethe_reader;

reset role;

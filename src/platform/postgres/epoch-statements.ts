import { EPOCH_COLUMNS } from './key-statements.ts';

export const LIST = `select ${EPOCH_COLUMNS} from keys.epochs where tenant = $1 order by epoch`;

export const DUE = `
  select distinct tenant from keys.epochs
  where state in ('opening', 'closing', 'closed', 'retired') or (state = 'current' and opened_at <= $1)
  order by tenant`;

export const TENANTS = 'select distinct tenant from keys.epochs order by tenant';

export const SUPERSEDE = `
  update keys.epochs set state = case epoch when $2 then 'current' else 'closing' end
  where tenant = $1 and ((epoch = $2 and state = 'opening') or (epoch < $2 and state = 'current'))
    and exists (select from keys.epochs where tenant = $1 and epoch = $2 and state = 'opening')`;

/** Waits for the shared locks of the inserts under way. */
export const CLOSE = `
  update keys.epochs set state = 'closed' where tenant = $1 and epoch = $2 and state = 'closing'`;

export const RETIRE = `
  update keys.epochs set state = 'retired', retired_at = $3, survivors = $4
  where tenant = $1 and epoch = $2 and state = 'closed' and not exists (
    select from keys.data_keys where tenant = $1 and epoch = $2 and state in ('live', 'hidden'))`;

export const DESTROYED = `
  update keys.epochs set state = 'destroyed', destroyed_at = $3
  where tenant = $1 and epoch = $2 and state = 'retired'`;

export const DELETE_ROOTS = 'delete from keys.roots where tenant = $1 and epoch = $2';

const PAGE = `
  from keys.data_keys
  where tenant = $1 and epoch = $2 and scope > $3 and state in ('live', 'hidden')
  order by scope limit $4`;

export const LIVING_UNDER = `select scope, safety, serving is null as "isHidden" ${PAGE}`;
export const SURVIVORS = `
  select scope, key_id as "keyId", safety, serving, hidden_at as "hiddenAt" ${PAGE}`;

/** A row that is being hidden or erased is skipped, and one that has been is no longer what was read. */
export const REWRAP = `
  with locked as (
    select scope from keys.data_keys
    where tenant = $1 and scope = any ($3::text[]) and state in ('live', 'hidden')
    for update skip locked
  )
  update keys.data_keys k
  set epoch = $2, safety = asked.safety, serving = case k.state when 'live' then asked.serving end
  from locked
    join unnest($3::text[], $4::bytea[], $5::bytea[], $6::bytea[]) as asked (scope, was, safety, serving) using (scope)
  where k.tenant = $1 and k.scope = any ($3::text[]) and k.scope = asked.scope and k.safety = asked.was
    and k.state in ('live', 'hidden')`;

/** By key id as well: a scope whose key is another one has another history. */
export const REVIVE = `
  with locked as (
    select scope, key_id from keys.data_keys
    where tenant = $1 and scope = any ($3::text[]) and epoch < $2 and state in ('live', 'hidden')
    order by scope for update
  )
  update keys.data_keys k
  set epoch = $2, safety = asked.safety,
    state = case when asked.serving is null then 'hidden' else k.state end,
    serving = case k.state when 'live' then asked.serving end,
    hidden_at = coalesce(k.hidden_at, asked.hidden_at)
  from locked
    join unnest($3::text[], $4::uuid[], $5::bytea[], $6::bytea[], $7::timestamptz[])
      as asked (scope, key_id, safety, serving, hidden_at) using (scope, key_id)
  where k.tenant = $1 and k.scope = any ($3::text[]) and k.scope = asked.scope and k.epoch < $2
    and k.state in ('live', 'hidden')`;

export const REINSTATE = `
  update keys.epochs set state = case epoch when $2 then 'current' else 'retired' end,
    retired_at = case when epoch < $2 then coalesce(retired_at, $3) end
  where tenant = $1 and epoch <= $2 and state <> 'destroyed'`;

export const COUNT_LOST = `
  select count(*) as lost from keys.data_keys k join keys.epochs e using (tenant, epoch)
  where k.tenant = $1 and k.state in ('live', 'hidden') and e.state in ('retired', 'destroyed')`;

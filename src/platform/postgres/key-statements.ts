import type { DataKeyRow, SubjectRow } from '../../domain/ports/key-store.ts';
import { byteaArray, int4Array, plainArray, textArray, uuidArray } from './binary-arrays.ts';

export const ROOT_COLUMNS = 'tenant, epoch, purpose, kms_key_id as "kmsKeyId", wrapped';
export const EPOCH_COLUMNS = `tenant, epoch, kms_key_id as "kmsKeyId", state, opened_at as "openedAt",
  retired_at as "retiredAt", survivors, destroyed_at as "destroyedAt"`;
export const SUBJECT_COLUMNS = 'tenant, token, subject, sealed_id as "sealedId"';

const dataKeyColumns = (table: string, safety: string): string => `
  ${table}.tenant, ${table}.scope, ${table}.key_id as "keyId", ${table}.epoch, ${table}.subject, ${table}.state,
  ${safety} as safety, ${table}.serving, ${table}.created_at as "createdAt", ${table}.hidden_at as "hiddenAt",
  ${table}.erased_at as "erasedAt"`;

export const DATA_KEY_COLUMNS = dataKeyColumns('data_keys', 'data_keys.safety');
/** What the reader's role may see: no right to the column `safety`. */
export const SERVING_KEY_COLUMNS = dataKeyColumns('data_keys', 'null::bytea');

export const INSERT_ROOT = `
  with inserted as (
    insert into keys.roots (tenant, epoch, purpose, kms_key_id, wrapped) values ($1, $2, $3, $4, $5)
    on conflict (tenant, epoch, purpose) do nothing
    returning *
  )
  select ${ROOT_COLUMNS} from inserted
  union all
  select ${ROOT_COLUMNS} from keys.roots where tenant = $1 and epoch = $2 and purpose = $3`;

export const INSERT_EPOCH = `
  with inserted as (
    insert into keys.epochs (tenant, epoch, kms_key_id, state, opened_at) values ($1, $2, $3, $4, $5)
    on conflict (tenant, epoch) do nothing
    returning *
  )
  select ${EPOCH_COLUMNS} from inserted
  union all
  select ${EPOCH_COLUMNS} from keys.epochs where tenant = $1 and epoch = $2`;

export const CURRENT_EPOCH = `select epoch from keys.epochs where tenant = $1 and state = 'current'
  order by epoch desc limit 1`;

/**
 * The shared lock on the epochs' rows is the fence: whoever closes an epoch waits for the inserts under way, and an insert
 * that waited for the closing finds the row as it then is.
 * Answers with the number of rows that were inserted and with the rows that stood before: what was inserted goes over
 * the wire once, and only the others are looked up. One row of nulls beside the numbers where all were inserted.
 * A row that was condemned is taken up again, or is missing from the answer because it was reaped meanwhile; such rows are
 * locked in the order that HIDE and ERASE have, so that none waits for the other.
 */
export const INSERT_DATA_KEYS = `
  with asked as (
    select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::integer[], $5::uuid[], $6::text[],
      $7::bytea[], $8::bytea[], $9::timestamptz[], $10::timestamptz[], $11::timestamptz[])
      as asked (tenant, scope, key_id, epoch, subject, state, safety, serving, created_at, hidden_at, erased_at)
  ), open as materialized (
    select tenant, epoch from keys.epochs
    where (tenant, epoch) in (select tenant, epoch from asked) and state in ('current', 'closing')
    for share
  ), inserted as (
    insert into keys.data_keys
      (tenant, scope, key_id, epoch, subject, state, safety, serving, created_at, hidden_at, erased_at)
    select * from asked where (tenant, epoch) in (select tenant, epoch from open)
    on conflict (tenant, scope) do nothing
    returning tenant, scope
  ), kept as (
    select tenant, scope from asked except select tenant, scope from inserted
  ), condemned as (
    select data_keys.tenant, data_keys.scope from kept join keys.data_keys using (tenant, scope)
    where condemned_at is not null
    order by data_keys.tenant, data_keys.scope for update of data_keys
  ), acquitted as (
    update keys.data_keys set condemned_at = null, made_at = clock_timestamp()
    from condemned where (data_keys.tenant, data_keys.scope) = (condemned.tenant, condemned.scope)
    returning data_keys.tenant, data_keys.scope
  ), standing as (
    select data_keys.* from kept join keys.data_keys using (tenant, scope)
    where condemned_at is null or (tenant, scope) in (select tenant, scope from acquitted)
  )
  select (select count(*) from inserted) as inserted,
    (select count(*) from asked where (tenant, epoch) not in (select tenant, epoch from open)) as refused,
    ${dataKeyColumns('standing', 'standing.safety')}
  from (values (1)) always left join standing on true`;

export function dataKeyParameters(rows: readonly DataKeyRow[]): unknown[] {
  return [
    uuidArray(rows.map(row => row.tenant)),
    textArray(rows.map(row => row.scope)),
    uuidArray(rows.map(row => row.keyId)),
    int4Array(rows.map(row => row.epoch)),
    plainArray(rows.map(row => row.subject)),
    textArray(rows.map(row => row.state)),
    byteaArray(rows.map(row => row.safety)),
    byteaArray(rows.map(row => row.serving)),
    plainArray(rows.map(row => row.createdAt.toISOString())),
    plainArray(rows.map(row => row.hiddenAt?.toISOString())),
    plainArray(rows.map(row => row.erasedAt?.toISOString())),
  ];
}

/**
 * By place among the tokens: neither token nor sealed id goes over the wire again. One look-up a token, whatever the planner
 * believes: of a table that was just filled it would read all of a tenant's keys for each batch.
 */
export const FIND_SUBJECTS = `
  select asked.item, found.subject, found.state
  from unnest($2::bytea[]) with ordinality asked (token, item)
  cross join lateral (
    select subjects.subject, data_keys.state
    from keys.subjects join keys.data_keys on data_keys.tenant = $1 and data_keys.scope = 'subject/' || subjects.subject
    where subjects.tenant = $1 and subjects.token = asked.token
    limit 1
  ) found`;

// No conflict is named: the same row sent twice at once would meet itself at the other unique index first now and then.
export const INSERT_SUBJECTS = `
  with asked as (
    select * from unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::bytea[]) as asked (tenant, token, subject, sealed_id)
  ), inserted as (
    insert into keys.subjects (tenant, token, subject, sealed_id)
    select * from asked
    on conflict do nothing
    returning tenant, token
  ), kept as (
    select tenant, token from asked except select tenant, token from inserted
  )
  select (select count(*) from inserted) as inserted, ${SUBJECT_COLUMNS}
  from (values (1)) always left join (kept join keys.subjects using (tenant, token)) on true`;

export function subjectParameters(rows: readonly SubjectRow[]): unknown[] {
  return [
    uuidArray(rows.map(row => row.tenant)),
    byteaArray(rows.map(row => row.token)),
    uuidArray(rows.map(row => row.subject)),
    byteaArray(rows.map(row => row.sealedId)),
  ];
}

// Rows are locked in one order, so that two batches over the same scopes can't wait for each other.
const LOCKED = `
  with locked as (
    select tenant, scope from keys.data_keys where tenant = $1 and scope = any($2::text[]) order by scope for update
  )`;

export const HIDE = `${LOCKED}
  update keys.data_keys set state = 'hidden', serving = null, hidden_at = $3
    from locked where data_keys.tenant = locked.tenant and data_keys.scope = locked.scope and data_keys.state = 'live'`;

/** On a tombstone it changes nothing: the first date stands. */
export const ERASE = `${LOCKED}
  update keys.data_keys set state = 'erased', safety = null, serving = null,
      erased_at = coalesce(data_keys.erased_at, $3)
    from locked where data_keys.tenant = locked.tenant and data_keys.scope = locked.scope
    returning ${DATA_KEY_COLUMNS}`;

/** It waits for its event anew, from now on. */
export const TAKE_UP = `${LOCKED}
  update keys.data_keys set condemned_at = null, made_at = clock_timestamp()
    from locked where data_keys.tenant = locked.tenant and data_keys.scope = locked.scope
    returning data_keys.scope`;

import { bulkRows, uuidArray } from '../runner/bulk.ts';
import type { Db } from '../runner/view.ts';
import type { ErasureEntry, RequestEntry, TotalEntry } from './entries.ts';

const requests = bulkRows<RequestEntry>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'request', type: 'uuid', value: row => row.request },
  { name: 'scope', type: 'text', value: row => row.scope },
  { name: 'subject', type: 'uuid', value: row => row.subject },
  { name: 'asset', type: 'text', value: row => (row.scope === 'account' ? null : row.asset) },
  { name: 'cause', type: 'text', value: row => row.cause },
  { name: 'requested_at', type: 'timestamptz', value: row => row.requestedAt },
  { name: 'recorded_at', type: 'timestamptz', value: row => row.recordedAt },
  { name: 'position', type: 'int8', value: row => row.position },
  { name: 'completed_at', type: 'timestamptz', value: row => row.completedAt },
  { name: 'completed_position', type: 'int8', value: row => row.completedPosition },
  { name: 'certificate', type: 'uuid', value: row => row.certificate },
  { name: 'epoch', type: 'int4', value: row => row.epoch },
]);

export const writeRequests = (rows: readonly RequestEntry[], db: Db, schema: string): Promise<unknown> =>
  db.query(
    `insert into ${schema}.requests as old (${requests.names}) ${requests.select}
     on conflict (tenant, request) do update set
       scope              = case when 'account' in (old.scope, excluded.scope) then 'account' else 'asset' end,
       subject            = coalesce(old.subject, excluded.subject),
       asset              = case when 'account' in (old.scope, excluded.scope) then null
                                 else coalesce(old.asset, excluded.asset) end,
       cause              = coalesce(old.cause, excluded.cause),
       completed_at       = coalesce(old.completed_at, excluded.completed_at),
       completed_position = coalesce(old.completed_position, excluded.completed_position),
       certificate        = coalesce(old.certificate, excluded.certificate),
       epoch              = coalesce(old.epoch, excluded.epoch)`,
    requests.values(rows),
  );

const erasures = bulkRows<ErasureEntry>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'asset', type: 'text', value: row => row.asset },
  { name: 'subject', type: 'uuid', value: row => row.subject },
  { name: 'request', type: 'uuid', value: row => row.request },
  { name: 'cause', type: 'text', value: row => row.cause },
  { name: 'basis', type: 'text', value: row => row.basis },
  { name: 'hidden_at', type: 'timestamptz', value: row => row.hiddenAt },
  { name: 'hidden_position', type: 'int8', value: row => row.hiddenPosition },
  { name: 'erase_at', type: 'timestamptz', value: row => row.eraseAt },
  { name: 'batch', type: 'uuid', value: row => row.batch },
  { name: 'keys', type: 'uuid[]', value: row => (row.keys === undefined ? null : uuidArray(row.keys)) },
  { name: 'epoch', type: 'int4', value: row => row.epoch },
  { name: 'erased_at', type: 'timestamptz', value: row => row.erasedAt },
  { name: 'erased_position', type: 'int8', value: row => row.erasedPosition },
  { name: 'certificate', type: 'uuid', value: row => row.certificate },
  { name: 'method', type: 'text', value: row => row.method },
  { name: 'certified_position', type: 'int8', value: row => row.certifiedPosition },
]);

export const writeErasures = (rows: readonly ErasureEntry[], db: Db, schema: string): Promise<unknown> =>
  db.query(
    `insert into ${schema}.erasures as old (${erasures.names}) ${erasures.select}
     on conflict (tenant, asset) do update set
       subject            = coalesce(old.subject, excluded.subject),
       request            = coalesce(old.request, excluded.request),
       cause              = coalesce(old.cause, excluded.cause),
       basis              = coalesce(old.basis, excluded.basis),
       hidden_at          = coalesce(old.hidden_at, excluded.hidden_at),
       hidden_position    = coalesce(old.hidden_position, excluded.hidden_position),
       erase_at           = least(old.erase_at, excluded.erase_at),
       batch              = coalesce(old.batch, excluded.batch),
       keys               = coalesce(old.keys, excluded.keys),
       epoch              = coalesce(old.epoch, excluded.epoch),
       erased_at          = coalesce(old.erased_at, excluded.erased_at),
       erased_position    = coalesce(old.erased_position, excluded.erased_position),
       certificate        = coalesce(old.certificate, excluded.certificate),
       method             = coalesce(old.method, excluded.method),
       certified_position = coalesce(old.certified_position, excluded.certified_position)`,
    erasures.values(rows),
  );

const totals = bulkRows<TotalEntry>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'day', type: 'date', value: row => row.day },
  { name: 'cause', type: 'text', value: row => row.cause },
  { name: 'erased', type: 'int8', value: row => row.erased },
  { name: 'keys', type: 'int8', value: row => row.keys },
  { name: 'late_ms', type: 'int8', value: row => row.lateMs },
  { name: 'late_ms_max', type: 'int8', value: row => row.lateMsMax },
]);

export const writeTotals = (rows: readonly TotalEntry[], db: Db, schema: string): Promise<unknown> =>
  db.query(
    `insert into ${schema}.totals as old (${totals.names}) ${totals.select}
     on conflict (tenant, day, cause) do update set
       erased      = old.erased + excluded.erased,
       keys        = old.keys + excluded.keys,
       late_ms     = old.late_ms + excluded.late_ms,
       late_ms_max = greatest(old.late_ms_max, excluded.late_ms_max)`,
    totals.values(rows),
  );

import { bulkRows } from '../runner/bulk.ts';
import type { Db } from '../runner/view.ts';
import type { AssetPatch } from './patch.ts';

const assets = bulkRows<AssetPatch>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'asset', type: 'text', value: row => row.asset },
  { name: 'subject', type: 'uuid', value: row => row.subject },
  { name: 'kind', type: 'text', value: row => row.kind },
  { name: 'modality', type: 'text', value: row => row.modality },
  { name: 'model', type: 'text', value: row => row.model },
  { name: 'bytes', type: 'int8', value: row => row.bytes },
  { name: 'media_type', type: 'text', value: row => row.mediaType },
  { name: 'created_at', type: 'timestamptz', value: row => row.createdAt },
  { name: 'position', type: 'int8', value: row => row.position },
  { name: 'window_ends', type: 'timestamptz', value: row => row.windowEnds },
  { name: 'scheduled_for', type: 'timestamptz', value: row => row.scheduledFor },
  { name: 'requested_for', type: 'timestamptz', value: row => row.requestedFor },
  { name: 'status', type: 'text', value: row => row.status },
  { name: 'stored', type: 'bool', value: row => row.stored },
  { name: 'pii_action', type: 'text', value: row => row.piiAction },
  { name: 'hidden_at', type: 'timestamptz', value: row => row.hiddenAt },
  { name: 'request', type: 'uuid', value: row => row.request },
  { name: 'cause', type: 'text', value: row => row.cause },
  { name: 'erased_at', type: 'timestamptz', value: row => row.erasedAt },
  { name: 'certificate', type: 'uuid', value: row => row.certificate },
]);

/**
 * Merges the patches into the rows, as patches merge among themselves: what came first stays for dates and reasons,
 * the newest word counts for what describes, and a status only moves visible → hidden → erased.
 */
export async function writeAssets(rows: readonly AssetPatch[], db: Db, schema: string): Promise<void> {
  if (rows.length === 0) return;
  await db.query(
    `insert into ${schema}.assets as old (${assets.names}) ${assets.select}
     on conflict (tenant, asset) do update set
       subject       = coalesce(old.subject, excluded.subject),
       kind          = case when old.kind = 'blocked' then old.kind else coalesce(excluded.kind, old.kind) end,
       modality      = coalesce(excluded.modality, old.modality),
       model         = coalesce(excluded.model, old.model),
       bytes         = coalesce(excluded.bytes, old.bytes),
       media_type    = coalesce(excluded.media_type, old.media_type),
       created_at    = coalesce(old.created_at, excluded.created_at),
       position      = coalesce(old.position, excluded.position),
       window_ends   = coalesce(old.window_ends, excluded.window_ends),
       scheduled_for = coalesce(old.scheduled_for, excluded.scheduled_for),
       requested_for = least(old.requested_for, excluded.requested_for),
       status        = case when 'erased' in (old.status, excluded.status) then 'erased'
                            when 'hidden' in (old.status, excluded.status) then 'hidden'
                            else 'visible' end,
       stored        = old.stored or excluded.stored,
       pii_action    = coalesce(excluded.pii_action, old.pii_action),
       hidden_at     = coalesce(old.hidden_at, excluded.hidden_at),
       request       = coalesce(old.request, excluded.request),
       cause         = coalesce(old.cause, excluded.cause),
       erased_at     = coalesce(old.erased_at, excluded.erased_at),
       certificate   = coalesce(old.certificate, excluded.certificate)`,
    assets.values(rows),
  );
}

export interface LineageRow {
  readonly tenant: string;
  readonly parent: string;
  readonly child: string;
}

const lineage = bulkRows<LineageRow>([
  { name: 'tenant', type: 'uuid', value: row => row.tenant },
  { name: 'parent', type: 'text', value: row => row.parent },
  { name: 'child', type: 'text', value: row => row.child },
]);

export async function writeLineage(rows: readonly LineageRow[], db: Db, schema: string): Promise<void> {
  if (rows.length === 0) return;
  await db.query(
    `insert into ${schema}.lineage (${lineage.names}) ${lineage.select} on conflict do nothing`,
    lineage.values(rows),
  );
}

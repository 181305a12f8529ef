import type { DeletionCause } from '../../../domain/events/erasure-events.ts';
import type { Db } from '../../runner/view.ts';
import { heldSql } from './held.ts';

/** requested: nothing is hidden yet · hidden: out of the user's view · held: a hold keeps it from being erased · erased ·
 * beyond-backup: and no backup can bring it back. */
export type RequestState = 'requested' | 'hidden' | 'held' | 'erased' | 'beyond-backup';

export interface DeletionRequestRow {
  readonly request: string;
  readonly scope: 'asset' | 'account';
  readonly subject: string | null;
  /** null for an account. */
  readonly asset: string | null;
  readonly cause: DeletionCause | null;
  readonly state: RequestState;
  readonly requestedAt: Date;
  readonly hiddenAt: Date | null;
  /** When the last of its assets is to be erased; a hold may postpone it. */
  readonly eraseAt: Date | null;
  readonly erasedAt: Date | null;
  /** The certificate's second date: from then on no backup can bring the last of it back. */
  readonly horizonAt: Date | null;
  /** Of the account, or of the one asset. */
  readonly certificate: string | null;
  /** Assets under the request, and those of them that are erased. */
  readonly assets: number;
  readonly erasedAssets: number;
  /** Log positions of the request, of the first hiding, and of the event that ended it. */
  readonly position: number;
  readonly hiddenPosition: number | null;
  readonly erasedPosition: number | null;
}

/** Requests with what became of their assets. $1 tenant, $2 now. An asset that an earlier request has hidden counts
 * for the later one as well. */
const REQUESTS = `
  select r.request, r.scope, r.subject, r.asset, r.cause, r.requested_at as "requestedAt", r.position,
    case when (r.completed_at is not null or (r.scope = 'asset' and e.assets > 0))
           and e.beyond = e.assets and (r.scope = 'asset' or r.horizon_at is not null) then 'beyond-backup'
         when r.completed_at is not null or (r.scope = 'asset' and e.assets > 0 and e.erased = e.assets) then 'erased'
         when r.scope = 'asset' and e.assets = 0 then 'requested'
         when e.held or ${heldSql('r.asset', 'r.subject', 'r.tenant', '$2')} then 'held'
         else 'hidden' end as state,
    case r.scope when 'account' then r.requested_at else e.hidden_at end as "hiddenAt",
    coalesce(e.erase_at, case r.scope when 'account' then r.requested_at end) as "eraseAt",
    case r.scope when 'account' then r.completed_at when 'asset' then e.erased_at end as "erasedAt",
    case when e.beyond = e.assets and (r.scope = 'asset' or r.horizon_at is not null)
      then greatest(r.horizon_at, e.horizon_at) end as "horizonAt",
    case r.scope when 'account' then r.certificate when 'asset' then e.certificate end as certificate,
    e.assets, e.erased as "erasedAssets", e.hidden_position as "hiddenPosition",
    case r.scope when 'account' then r.completed_position else e.erased_position end as "erasedPosition"
  from view_erasure_ledger.requests r
  cross join lateral (
    select count(*) as assets, count(erased_at) as erased, count(horizon_at) as beyond,
      max(horizon_at) as horizon_at, min(hidden_at) as hidden_at, max(erase_at) as erase_at,
      case when count(*) = count(erased_at) then max(erased_at) end as erased_at,
      min(hidden_position) as hidden_position,
      case when count(*) = count(erased_at) then max(erased_position) end as erased_position,
      (array_agg(certificate) filter (where u.asset = r.asset))[1] as certificate,
      coalesce(bool_or(erased_at is null and ${heldSql('u.asset', 'u.subject', 'r.tenant', '$2')}), false) as held
    from (
      select * from view_erasure_ledger.erasures where tenant = r.tenant and request = r.request
      union
      select * from view_erasure_ledger.erasures where tenant = r.tenant and asset = r.asset
    ) u
  ) e
  where r.tenant = $1`;

/** One request; undefined where there is none of that id. `now` decides whether a hold has expired. */
export async function getRequest(
  db: Db,
  tenant: string,
  request: string,
  now: Date,
): Promise<DeletionRequestRow | undefined> {
  const { rows } = await db.query<DeletionRequestRow>(`${REQUESTS} and r.request = $3`, [
    tenant,
    now,
    request,
  ]);
  return rows[0];
}

export interface RequestPage {
  /** `position` of the last request of the page before. */
  readonly cursor?: number | undefined;
  readonly limit: number;
  readonly subject?: string | undefined;
  readonly now: Date;
}

/** A tenant's requests, newest first. */
export async function listRequests(
  db: Db,
  tenant: string,
  { cursor, limit, subject, now }: RequestPage,
): Promise<DeletionRequestRow[]> {
  const { rows } = await db.query<DeletionRequestRow>(
    `${REQUESTS} and ($3::bigint is null or r.position < $3) and ($4::uuid is null or r.subject = $4)
     order by r.position desc limit $5`,
    [tenant, now, cursor, subject, limit],
  );
  return rows;
}

export interface OpenAccountDeletion {
  readonly tenant: string;
  readonly subject: string;
  readonly request: string;
  readonly requestedAt: Date;
  readonly position: number;
}

/** Account deletions of all tenants that are not complete, oldest first, behind `after`; on the writer's pool. */
export async function openAccountDeletions(db: Db, limit: number, after = 0): Promise<OpenAccountDeletion[]> {
  const { rows } = await db.query<OpenAccountDeletion>(
    `select tenant, subject, request, requested_at as "requestedAt", position
     from view_erasure_ledger.requests
     where scope = 'account' and completed_at is null and subject is not null and position > $2
     order by position limit $1`,
    [limit, after],
  );
  return rows;
}

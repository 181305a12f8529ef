import type { Db } from '../../runner/view.ts';

/** An asset that a case links and that is not erased. */
export interface LinkedAsset {
  readonly asset: string;
  readonly status: 'visible' | 'hidden';
  readonly eraseAt: Date | null;
}

export async function linkedAssets(db: Db, tenant: string, id: string): Promise<LinkedAsset[]> {
  const { rows } = await db.query<LinkedAsset>(
    `select u.asset, u.status, u.erase_at as "eraseAt"
     from view_cases.links l
     join view_user_assets.assets u on u.tenant = l.tenant and u.asset = l.ref and u.status <> 'erased'
     where l.tenant = $1 and l.case_id = $2 and l.kind = 'asset' order by u.erase_at, u.asset`,
    [tenant, id],
  );
  return rows;
}

/** Inside references of the users that a case links and whose accounts are not erased. */
export async function linkedSubjects(db: Db, tenant: string, id: string): Promise<string[]> {
  const { rows } = await db.query<{ ref: string }>(
    `select l.ref from view_cases.links l
     where l.tenant = $1 and l.case_id = $2 and l.kind = 'subject' and not exists (
       select from view_erasure_ledger.requests r
       where r.tenant = l.tenant and r.scope = 'account'
         and r.subject = case l.kind when 'subject' then l.ref::uuid end and r.completed_at is not null)
     order by l.ref`,
    [tenant, id],
  );
  return rows.map(({ ref }) => ref);
}

export interface AccessRow {
  readonly request: string;
  /** null once it is erased. */
  readonly asset: string | null;
  readonly parts: readonly string[];
  readonly reason: string;
  readonly duration: string;
  readonly state: 'requested' | 'approved' | 'expired' | 'closed';
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly approver: string | null;
  readonly expiresAt: Date | null;
  /** How often it was opened, and when last. */
  readonly reveals: number;
  readonly revealedAt: Date | null;
}

/** The access requests of a case, oldest first. */
export async function accessRequests(db: Db, tenant: string, id: string, now: Date): Promise<AccessRow[]> {
  const { rows } = await db.query<AccessRow>(
    `select r.request, case when u.status <> 'erased' then r.asset end as asset, r.parts, r.reason, r.duration,
       case when r.closed_at is not null then 'closed' when r.expires_at is null then 'requested'
            when r.expires_at <= $3 then 'expired' else 'approved' end as state,
       r.requested_by as "requestedBy", r.requested_at as "requestedAt", r.approver, r.expires_at as "expiresAt",
       r.reveals, r.revealed_at as "revealedAt"
     from view_cases.requests r
     left join view_user_assets.assets u on u.tenant = r.tenant and u.asset = r.asset
     where r.tenant = $1 and r.case_id = $2 order by r.position`,
    [tenant, id, now],
  );
  return rows;
}

import type { Db } from '../../runner/view.ts';

export interface WantedDeletion {
  readonly subject: string | undefined;
  readonly request: string | undefined;
  /** Only what is carried out. */
  readonly erased: boolean;
}

/** The newest deletion request that fits: of the user, of that id, carried out; undefined where there is none. */
export async function findDeletion(
  db: Db,
  tenant: string,
  { subject, request, erased }: WantedDeletion,
): Promise<{ readonly request: string; readonly subject: string | null } | undefined> {
  const { rows } = await db.query<{ request: string; subject: string | null }>(
    `select r.request, r.subject from view_erasure_ledger.requests r
     where r.tenant = $1 and ($2::uuid is null or r.subject = $2) and ($3::uuid is null or r.request = $3)
       and (not $4 or r.completed_at is not null or exists (
         select from view_erasure_ledger.erasures e
         where e.tenant = r.tenant and e.asset = r.asset and e.erased_at is not null))
     order by r.position desc limit 1`,
    [tenant, subject, request, erased],
  );
  return rows[0];
}

import type { Db } from '../../runner/view.ts';

export interface AccountFacts {
  readonly deletions: number;
  readonly erased: number;
  /** Accounts called erased of which an asset is left. */
  readonly erasedWithAssetsLeft: number;
  /** Accounts whose availability was limited. */
  readonly limited: number;
  /** Generations of a limited account that came after the limit and were not blocked. */
  readonly generationsPastLimit: number;
  /** Assets that were read in another session than the one that made them, and those whose session is known. */
  readonly readsAcrossSessions: number;
  readonly assetsWithSession: number;
}

const ACCOUNTS = `
  select
    (select count(*) from view_erasure_ledger.requests where tenant = $1 and scope = 'account') as deletions,
    (select count(*) from view_erasure_ledger.requests
     where tenant = $1 and scope = 'account' and completed_at is not null) as erased,
    (select count(*) from view_erasure_ledger.requests r
     where r.tenant = $1 and r.scope = 'account' and r.completed_at is not null and exists (
       select from view_user_assets.assets a
       where a.tenant = $1 and a.subject = r.subject and a.status <> 'erased')) as "erasedWithAssetsLeft",
    (select count(distinct subject) from view_evidence.statements
     where tenant = $1 and kind = 'blocked') as limited,
    (select count(*) from view_user_assets.assets a
     join (select subject, min(position) as position from view_evidence.statements
           where tenant = $1 and kind = 'blocked' group by subject) b on b.subject = a.subject
     where a.tenant = $1 and a.kind = 'generation' and a.position > b.position) as "generationsPastLimit",
    (select count(distinct asset) from view_evidence.sessions where tenant = $1) as "assetsWithSession",
    (select coalesce(sum(r.reads), 0)::int8 from view_evidence.sessions r
     where r.tenant = $1 and not r.made and exists (
       select from view_evidence.sessions m
       where m.tenant = $1 and m.asset = r.asset and m.made)) as "readsAcrossSessions"`;

export async function accountFacts(db: Db, tenant: string): Promise<AccountFacts> {
  const { rows } = await db.query<AccountFacts>(ACCOUNTS, [tenant]);
  const [found] = rows;
  if (found === undefined) throw new Error('a row was expected');
  return found;
}

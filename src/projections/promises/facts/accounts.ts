import { heldSql } from '../../erasure-ledger/queries/held.ts';
import type { Db } from '../../runner/view.ts';
import { promisedSql, type Scope } from '../scope.ts';

export interface AccountFacts {
  readonly deletions: number;
  readonly erased: number;
  /** Accounts called erased of which an asset is left. */
  readonly erasedWithAssetsLeft: number;
  /** Deletions of accounts of which no asset is left and no hold in force, and which are not complete in time. */
  readonly overdue: number;
  /** Accounts whose availability was limited or blocked. */
  readonly limited: number;
  readonly blocked: number;
  /** Generations of a blocked account that came after the block, in the log and by their own time. */
  readonly generationsPastBlock: number;
  /** Users of whom there are assets, and no attestation (promise 23). */
  readonly unattested: number;
}

const ASSET_LEFT = `exists (
  select from view_user_assets.assets a
  where a.tenant = $1 and a.subject = r.subject and a.status <> 'erased')`;

const LAST_ERASED = `(select max(a.erased_at) from view_user_assets.assets a
  where a.tenant = $1 and a.subject = r.subject)`;

const ACCOUNTS = `
  with r as (select * from view_erasure_ledger.requests where tenant = $1 and scope = 'account'),
    b as (
      select distinct on (subject) subject, position, at from view_evidence.acts
      where tenant = $1 and kind = 'blocked' and ${promisedSql('position', '$4', '$5')}
      order by subject, position)
  select count(*) as deletions,
    count(*) filter (where completed_at is not null) as erased,
    count(*) filter (where completed_at is not null and ${ASSET_LEFT}) as "erasedWithAssetsLeft",
    count(*) filter (where completed_at is null and not ${ASSET_LEFT}
      and not ${heldSql('null::text', 'r.subject', 'r.tenant', '$2')}
      and date_add(greatest(r.requested_at, ${LAST_ERASED}), $3::interval, 'UTC') < $2) as overdue,
    (select count(distinct subject) from view_evidence.acts
     where tenant = $1 and kind in ('blocked', 'limited') and ${promisedSql('position', '$4', '$5')}) as limited,
    (select count(*) from b) as blocked,
    (select count(*) from view_user_assets.assets a
     join b on b.subject = a.subject and a.position > b.position and a.created_at > b.at
     where a.tenant = $1 and a.kind = 'generation') as "generationsPastBlock",
    (select count(distinct a.subject) from view_user_assets.assets a
     where a.tenant = $1 and ${promisedSql('a.position', '$4', '$5')} and not exists (
       select from view_evidence.acts s
       where s.tenant = $1 and s.subject = a.subject and s.kind = 'attested')) as unattested
  from r`;

/** `now` decides what is overdue, `sla` how late a deletion may be. */
export async function accountFacts(
  db: Db,
  tenant: string,
  { now, sla, scope: { since, until } }: { readonly now: Date; readonly sla: string; readonly scope: Scope },
): Promise<AccountFacts> {
  const { rows } = await db.query<AccountFacts>(ACCOUNTS, [tenant, now, sla, since, until]);
  const [found] = rows;
  if (found === undefined) throw new Error('an aggregate without a row');
  return found;
}

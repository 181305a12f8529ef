import type { Db } from '../../runner/view.ts';

/** Requests to delete single assets, and what is kept of them. Times in milliseconds. */
export interface DeletionFacts {
  readonly requests: number;
  readonly byUser: number;
  /** Requests whose asset is neither hidden nor erased. */
  readonly unhidden: number;
  readonly unhiddenByUser: number;
  readonly hideMsMedian: number | null;
  readonly hideMsP99: number | null;
  readonly eraseMsMedian: number | null;
  /** Copies that outlived the deletion for abuse monitoring, and those that still do. */
  readonly copies: number;
  readonly retained: number;
  /** Openings of hidden copies for another purpose than safety or the person's own copy (promises 11, 28). */
  readonly openedWhileHidden: number;
}

/** Milliseconds from a request to a date of the erasure; a copy that an earlier request has hidden took none. */
const since = (date: string): string =>
  `(extract(epoch from greatest(${date}, r.requested_at) - r.requested_at) * 1000)::float8`;

const DELETIONS = `
  select count(*) as requests,
    count(*) filter (where r.cause = 'user') as "byUser",
    count(*) filter (where e.hidden_at is null and e.erased_at is null) as unhidden,
    count(*) filter (where e.hidden_at is null and e.erased_at is null and r.cause = 'user') as "unhiddenByUser",
    percentile_cont(0.5) within group (order by ${since('e.hidden_at')})
      filter (where e.hidden_at is not null) as "hideMsMedian",
    percentile_cont(0.99) within group (order by ${since('e.hidden_at')})
      filter (where e.hidden_at is not null) as "hideMsP99",
    percentile_cont(0.5) within group (order by ${since('e.erased_at')})
      filter (where e.erased_at is not null) as "eraseMsMedian"
  from view_erasure_ledger.requests r
  left join view_erasure_ledger.erasures e on e.tenant = r.tenant and e.asset = r.asset
  where r.tenant = $1 and r.scope = 'asset'`;

const COPIES = `
  select
    (select count(*) from view_erasure_ledger.erasures
     where tenant = $1 and basis = 'abuse-monitoring') as copies,
    (select count(*) from view_erasure_ledger.erasures
     where tenant = $1 and hidden_at is not null and erased_at is null and basis = 'abuse-monitoring') as retained,
    (select count(*) from view_audit_trail.entries t
     join view_erasure_ledger.erasures e on e.tenant = t.tenant and e.asset = t.target
     where t.tenant = $1 and t.action = 'asset.viewed' and t.position > e.hidden_position
       and t.purpose is distinct from 'safety' and t.purpose is distinct from 'export') as "openedWhileHidden"`;

export async function deletionFacts(db: Db, tenant: string): Promise<DeletionFacts> {
  const { rows } = await db.query<DeletionFacts>(`select * from (${DELETIONS}) d, (${COPIES}) c`, [tenant]);
  const [found] = rows;
  if (found === undefined) throw new Error('an aggregate without a row');
  return found;
}

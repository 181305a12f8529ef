import type { Db } from '../../runner/view.ts';
import { promisedSql, type Scope } from '../scope.ts';

/** Requests to delete single assets, and what is kept of them. Times in milliseconds. */
export interface DeletionFacts {
  /** Of the customer: users, administrators, data protection officers. */
  readonly requests: number;
  readonly byUser: number;
  /** Requests whose asset is neither hidden nor erased. */
  readonly unhidden: number;
  readonly unhiddenByUser: number;
  /** From when Lethe was told until the asset was hidden. */
  readonly hideMsMedian: number | null;
  readonly hideMsP99: number | null;
  /** Requests that the platform passed on later than they were made, and the longest that one of them took to arrive. */
  readonly toldLate: number;
  readonly longestDelayMs: number | null;
  /** From when the user asked. */
  readonly eraseMsMedian: number | null;
  /** Copies that outlived the deletion for abuse monitoring, and those that still do. */
  readonly copies: number;
  readonly retained: number;
  readonly openedForSafety: number;
  /** Openings of hidden copies for another purpose than safety or the person's own copy (promises 11, 28). */
  readonly openedOtherwise: number;
}

/** Milliseconds between two dates; 0 where an earlier request has hidden the asset already. */
const between = (from: string, to: string): string =>
  `(extract(epoch from greatest(${to}, ${from}) - ${from}) * 1000)::float8`;

const median = (share: number, ms: string, where: string): string =>
  `percentile_cont(${share}) within group (order by ${ms}) filter (where ${where})`;

const HIDE_MS = between('r.recorded_at', 'e.hidden_at');
const TOLD_AFTER_MS = between('r.requested_at', 'r.recorded_at');
const UNHIDDEN = 'e.hidden_at is null and e.erased_at is null';

/** PII, lineage and accounts hide assets too; none of them is the customer's wish to delete this one. */
const DELETIONS = `
  select count(*) as requests,
    count(*) filter (where r.cause = 'user') as "byUser",
    count(*) filter (where ${UNHIDDEN}) as unhidden,
    count(*) filter (where ${UNHIDDEN} and r.cause = 'user') as "unhiddenByUser",
    ${median(0.5, HIDE_MS, 'e.hidden_at is not null')} as "hideMsMedian",
    ${median(0.99, HIDE_MS, 'e.hidden_at is not null')} as "hideMsP99",
    count(*) filter (where r.recorded_at > r.requested_at) as "toldLate",
    max(${TOLD_AFTER_MS}) filter (where r.recorded_at > r.requested_at) as "longestDelayMs",
    ${median(0.5, between('r.requested_at', 'e.erased_at'), 'e.erased_at is not null')} as "eraseMsMedian"
  from view_erasure_ledger.requests r
  left join view_erasure_ledger.erasures e on e.tenant = r.tenant and e.asset = r.asset
  where r.tenant = $1 and r.scope = 'asset' and coalesce(r.cause, 'user') in ('user', 'tenant-admin', 'dpo')
    and ${promisedSql('r.position', '$2', '$3')}`;

/** By whatever door. What was opened before the deletion and reported after it is no opening of a hidden copy. */
const COPIES = `
  with opened as (
    select t.purpose from view_audit_trail.entries t
    join view_erasure_ledger.erasures e on e.tenant = t.tenant and e.asset = t.target
    where t.tenant = $1 and t.action in ('asset.viewed', 'asset.downloaded', 'access.revealed')
      and t.position > e.hidden_position and t.time > e.hidden_at and ${promisedSql('t.position', '$2', '$3')})
  select
    (select count(*) from view_erasure_ledger.erasures
     where tenant = $1 and basis = 'abuse-monitoring') as copies,
    (select count(*) from view_erasure_ledger.erasures
     where tenant = $1 and hidden_at is not null and erased_at is null and basis = 'abuse-monitoring') as retained,
    (select count(*) from opened where purpose = 'safety') as "openedForSafety",
    (select count(*) from opened where coalesce(purpose, 'none') not in ('safety', 'export')) as "openedOtherwise"`;

export async function deletionFacts(db: Db, tenant: string, { since, until }: Scope): Promise<DeletionFacts> {
  const { rows } = await db.query<DeletionFacts>(`select * from (${DELETIONS}) d, (${COPIES}) c`, [
    tenant,
    since,
    until,
  ]);
  const [found] = rows;
  if (found === undefined) throw new Error('an aggregate without a row');
  return found;
}

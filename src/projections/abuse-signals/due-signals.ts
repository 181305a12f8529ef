import type { RuleName, Severity } from '../../domain/rules/rule-names.ts';
import type { Db } from '../runner/view.ts';

/** A signal whose evidence is about to be erased, and that nobody has opened a case from. */
export interface DueSignal {
  readonly signal: string;
  /** Inside reference of the account. */
  readonly subject: string;
  readonly rule: RuleName;
  readonly severity: Severity;
  readonly assets: readonly string[];
  /** When the first of its assets is erased. */
  readonly eraseAt: Date;
}

/** Tenants with signals whose evidence is still there; on the writer's pool. */
export async function tenantsWithEvidence(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ tenant: string }>(
    'select distinct tenant from view_abuse_signals.evidence order by tenant',
  );
  return rows.map(({ tenant }) => tenant);
}

export interface DueSignalQuery {
  /** Erased until then, as the dates stand now: deletions move them nearer. */
  readonly until: Date;
  readonly limit: number;
}

/** The most pressing first. A case takes the id of its signal. */
export async function dueSignals(
  db: Db,
  tenant: string,
  { until, limit }: DueSignalQuery,
): Promise<DueSignal[]> {
  const { rows } = await db.query<DueSignal>(
    `with due as (
       select e.signal, min(u.erase_at) as erase_at
       from view_abuse_signals.evidence e
       join view_user_assets.assets u on u.tenant = e.tenant and u.asset = e.asset
       where e.tenant = $1 and u.status <> 'erased' and u.erase_at <= $2
         and not exists (select from view_cases.cases c where c.tenant = e.tenant and c.case_id = e.signal)
       group by e.signal order by 2, 1 limit $3)
     select s.signal, s.subject, s.rule, s.severity, s.assets, due.erase_at as "eraseAt"
     from due join view_abuse_signals.signals s on s.tenant = $1 and s.signal = due.signal
     where s.subject is not null
     order by due.erase_at, s.signal`,
    [tenant, until, limit],
  );
  return rows;
}

import type { RuleName, Severity } from '../../domain/rules/rule-names.ts';
import { assetErasedSql, subjectErasedSql } from '../abuse-activity/queries/erased.ts';
import type { Db } from '../runner/view.ts';

export interface SignalRow {
  readonly signal: string;
  readonly position: number;
  /** null where the account is erased. */
  readonly subject: string | null;
  readonly rule: RuleName;
  readonly version: number;
  readonly severity: Severity;
  readonly score: number;
  readonly windowFrom: Date;
  readonly windowTo: Date;
  readonly reasons: Readonly<Record<string, number>>;
  /** Those that are not erased. */
  readonly assets: readonly string[];
  /** Assets that it rested on and that are erased. */
  readonly erasedAssets: number;
  /** When the first of the remaining ones is erased; null where none remains. */
  readonly eraseAt: Date | null;
}

export interface SignalQuery {
  readonly rule?: RuleName | undefined;
  readonly severity?: Severity | undefined;
  readonly subject?: string | undefined;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  /** Position of the last one of the page before. */
  readonly cursor?: number | undefined;
  readonly limit: number;
}

/** Signals, newest first. Of what is erased the numbers stay: neither the account nor its assets are named any more. */
export async function listSignals(db: Db, tenant: string, query: SignalQuery): Promise<SignalRow[]> {
  const { rule, severity, subject, from, to, cursor, limit } = query;
  const { rows } = await db.query<SignalRow>(
    `with page as (
       select s.*, ${subjectErasedSql('$1', 's.subject')} as is_erased
       from view_abuse_signals.signals s
       where s.tenant = $1 and s.position < coalesce($2::bigint, 9007199254740991)
         and ($3::text is null or s.rule = $3) and ($4::text is null or s.severity = $4)
         and ($5::uuid is null or (s.subject = $5 and not ${subjectErasedSql('$1', 's.subject')}))
         and ($6::timestamptz is null or s.window_to >= $6) and ($7::timestamptz is null or s.window_to <= $7)
       order by s.position desc limit $8)
     select p.signal, p.position, case when not p.is_erased then p.subject end as subject, p.rule, p.version, p.severity,
            p.score, p.window_from as "windowFrom", p.window_to as "windowTo", p.reasons,
            coalesce(rest.assets, '{}') as assets,
            jsonb_array_length(p.assets) - coalesce(cardinality(rest.assets), 0) as "erasedAssets",
            rest.erase_at as "eraseAt"
     from page p
     cross join lateral (
       select array_agg(a.asset order by a.place) as assets, min(u.erase_at) as erase_at
       from jsonb_array_elements_text(p.assets) with ordinality as a (asset, place)
       left join view_user_assets.assets u on u.tenant = $1 and u.asset = a.asset
       where not p.is_erased and not ${assetErasedSql('$1', 'a.asset')}) rest
     order by p.position desc`,
    [tenant, cursor, rule, severity, subject, from, to, limit],
  );
  return rows;
}

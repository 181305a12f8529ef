import type { Db } from '../../runner/view.ts';

export interface PiiFacts {
  readonly personalized: number;
  /** Personalized answers that Lethe set no flag for. */
  readonly unflagged: number;
  readonly flags: number;
  /** Findings that no action followed. */
  readonly unanswered: number;
}

const PII = `
  select coalesce(sum(personalized), 0)::int8 as personalized,
    coalesce(sum(greatest(personalized - by_caller, 0)), 0)::int8 as unflagged,
    coalesce(sum(flags), 0)::int8 as flags,
    coalesce(sum(greatest(flags - actions, 0)), 0)::int8 as unanswered
  from view_evidence.pii_findings where tenant = $1`;

export async function piiFacts(db: Db, tenant: string): Promise<PiiFacts> {
  const { rows } = await db.query<PiiFacts>(PII, [tenant]);
  const [found] = rows;
  if (found === undefined) throw new Error('an aggregate without a row');
  return found;
}

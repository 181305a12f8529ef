import type { ClauseResult } from '../../domain/policy/clause-result.ts';
import { CLAUSES, clausesOf, clauseReference, type Clause } from '../../domain/policy/clauses.ts';
import { PACKS, type PackName } from '../../domain/policy/policy.ts';
import type { Db } from '../runner/view.ts';
import { createFacts } from './facts/facts.ts';
import { CHECKS, isClauseNumber } from './registry.ts';

export interface Evaluation {
  /** What is overdue is decided by this time. */
  readonly now: Date;
  /** Log position that the views have reached. */
  readonly position: number;
  /** Every clause of promises.md, whatever the pack of the tenant. */
  readonly all?: boolean;
}

/**
 * Every clause of the tenant's pack as the log has it: holds, broken, or no evidence yet; in the order of promises.md.
 * `db` is a connection of `withTenant`. A tenant without a policy has no clauses, unless all are asked for.
 */
export async function evaluatePromises(
  db: Db,
  tenant: string,
  { now, position, all = false }: Evaluation,
): Promise<ClauseResult[]> {
  const facts = createFacts(db, tenant, now);
  const pack = (await facts.versions()).at(-1)?.policy.pack;
  const at = now.toISOString();
  const results: ClauseResult[] = [];
  for (const clause of clausesToEvaluate(pack, all)) {
    const { number, promise } = clause;
    if (!isClauseNumber(number)) throw new Error(`no check of clause ${number}`);
    const finding = await CHECKS[number](facts);
    const { id } = clauseReference(number, pack ?? PACKS[0]);
    results.push({ number, id, promise, ...finding, position, at });
  }
  return results;
}

function clausesToEvaluate(pack: PackName | undefined, all: boolean): readonly Clause[] {
  if (all) return CLAUSES;
  return pack === undefined ? [] : clausesOf(pack);
}

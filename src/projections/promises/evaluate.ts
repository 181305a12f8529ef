import type { ClauseResult } from '../../domain/policy/clause-result.ts';
import { CLAUSES, clausesOf, clauseReference, type Clause } from '../../domain/policy/clauses.ts';
import { PACKS, type PackName } from '../../domain/policy/policy.ts';
import { versions as policyVersions, type PolicyVersion } from '../policies/queries.ts';
import type { Db } from '../runner/view.ts';
import { createFacts, type Facts } from './facts/facts.ts';
import { CHECKS, isClauseNumber } from './registry.ts';
import { scopeOf } from './scope.ts';

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
  const versions = await policyVersions(db, tenant);
  const pack = versions.at(-1)?.policy.pack;
  const factsOf = factsByScope(db, tenant, now, versions);
  const at = now.toISOString();
  const results: ClauseResult[] = [];
  for (const clause of clausesToEvaluate(pack, all)) {
    const { number, promise } = clause;
    if (!isClauseNumber(number)) throw new Error(`no check of clause ${number}`);
    const finding = await CHECKS[number](factsOf(number));
    const { id } = clauseReference(number, pack ?? PACKS[0]);
    results.push({ number, id, promise, ...finding, position, at });
  }
  return results;
}

/** Clauses that were promised under the same versions share what is queried: mostly that is all of them. */
function factsByScope(
  db: Db,
  tenant: string,
  now: Date,
  versions: readonly PolicyVersion[],
): (number: number) => Facts {
  const known = new Map<string, Facts>();
  return number => {
    const scope = scopeOf(number, versions);
    const key = scope.unpromised.join();
    const facts = known.get(key) ?? createFacts(db, tenant, { now, versions, scope });
    known.set(key, facts);
    return facts;
  };
}

function clausesToEvaluate(pack: PackName | undefined, all: boolean): readonly Clause[] {
  if (all) return CLAUSES;
  return pack === undefined ? [] : clausesOf(pack);
}

import { CLAUSE_TABLE } from './clause-table.ts';
import type { PackName } from './policy.ts';

/** The letter of a pack in a clause's name: N-9 is clause 9 as pack neuralseek promises it. */
export type PackLetter = 'N' | 'S' | 'D' | 'F' | 'C';

export const PACK_LETTERS = {
  neuralseek: 'N',
  neurasea: 'S',
  deepseek: 'D',
  'flux-context': 'F',
  clarifai: 'C',
} as const satisfies Record<PackName, PackLetter>;

/** One promise of a policy, with what records, enforces and proves it. */
export interface Clause {
  /** Number of the promise, 1 to 49; the same in every pack that makes it. */
  readonly number: number;
  readonly packs: readonly PackLetter[];
  readonly promise: string;
  /** Event types, or the fields that hold the evidence. */
  readonly recordedBy: readonly string[];
  readonly enforcedBy: string;
  /** What the query shows to whoever asks. */
  readonly proof: string;
}

/** How a conflict or a report names a clause to its reader. */
export interface ClauseReference {
  readonly id: string;
  readonly words: string;
}

export const CLAUSES: readonly Clause[] = CLAUSE_TABLE.map(
  ([number, packs, promise, recordedBy, enforcedBy, proof]) => ({
    number,
    packs,
    promise,
    recordedBy,
    enforcedBy,
    proof,
  }),
);

const byNumber: ReadonlyMap<number, Clause> = new Map(CLAUSES.map(clause => [clause.number, clause]));

export const clausesOf = (pack: PackName): readonly Clause[] =>
  CLAUSES.filter(clause => clause.packs.includes(PACK_LETTERS[pack]));

/** The clause as `pack` makes it (N-9), or under the first pack that does (C-46 in a policy of another pack). */
export function clauseReference(number: number, pack: PackName): ClauseReference {
  const clause = byNumber.get(number);
  if (clause === undefined) throw new Error(`no clause ${number}`);
  const own = PACK_LETTERS[pack];
  const letter = clause.packs.includes(own) ? own : (clause.packs[0] ?? own);
  return { id: `${letter}-${number}`, words: clause.promise };
}

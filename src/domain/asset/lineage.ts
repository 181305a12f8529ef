import type { Policy } from '../policy/policy.ts';

/** Which assets were made from which: an asset and those that name it as a parent. */
export type Children = ReadonlyMap<string, readonly string[]>;

export interface Descendant {
  readonly asset: string;
  /** 1 for what was made from the deleted asset itself. */
  readonly depth: number;
  /** kept: shown only · flagged: shown as made from a deleted asset · deleted: a request of cause `lineage` follows. */
  readonly effect: 'kept' | 'flagged' | 'deleted';
}

const EFFECTS = { keep: 'kept', flag: 'flagged', cascade: 'deleted' } as const satisfies Record<
  Policy['lineage'],
  Descendant['effect']
>;

/** What descends from `asset`, nearest first and each once however many ways lead to it, and what the policy does to it. */
export function descendants(children: Children, asset: string, lineage: Policy['lineage']): Descendant[] {
  const effect = EFFECTS[lineage];
  const seen = new Set([asset]);
  const found: Descendant[] = [];
  let generation: readonly string[] = [asset];
  for (let depth = 1; generation.length > 0; depth++) {
    const born = new Set(generation.flatMap(parent => children.get(parent) ?? []));
    generation = [...born].filter(child => !seen.has(child));
    for (const child of generation) {
      seen.add(child);
      found.push({ asset: child, depth, effect });
    }
  }
  return found;
}

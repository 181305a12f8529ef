import type { Buffer } from 'node:buffer';
import type { Findings } from './findings.ts';

/** A checkpoint that the auditor kept, opened under the pinned key; `name` is what the auditor calls it. */
export interface KeptCheckpoint {
  readonly name: string;
  readonly size: number;
  readonly root: Buffer;
}

/**
 * Compares what a bundle shows of the log with checkpoints kept from earlier: `at` is told the root of every size that the
 * bundle's hashes give. The checkpoint before the first that differs bounds where the history was changed.
 */
export class OlderCheckpoints {
  readonly #kept: readonly KeptCheckpoint[];
  readonly #outcomes = new Map<KeptCheckpoint, 'same' | 'different'>();
  #next = 0;

  constructor(kept: readonly KeptCheckpoint[]) {
    this.#kept = [...kept].sort((one, other) => one.size - other.size);
  }

  /** The smallest size that has not been passed: no root is worked out for others. */
  get nextSize(): number {
    return this.#kept[this.#next]?.size ?? Infinity;
  }

  /** Sizes have to come in ascending order. `root` is asked only where a checkpoint has that size. */
  at(size: number, root: () => Buffer): void {
    for (; this.nextSize <= size; this.#next++) {
      const kept = this.#kept[this.#next];
      if (kept?.size === size) this.settle(kept, root().equals(kept.root));
    }
  }

  /** What was found out about one, here or by a consistency proof. */
  settle(kept: KeptCheckpoint, isSame: boolean): void {
    this.#outcomes.set(kept, isSame ? 'same' : 'different');
  }

  get names(): readonly string[] {
    return this.#kept.map(({ name }) => name);
  }

  get unsettled(): readonly KeptCheckpoint[] {
    return this.#kept.filter(kept => !this.#outcomes.has(kept));
  }

  report(part: string, findings: Findings): void {
    let same: KeptCheckpoint | undefined;
    for (const kept of this.#kept) {
      const outcome = this.#outcomes.get(kept);
      if (outcome === 'same') same = kept;
      if (outcome !== 'different') continue;
      findings.add(part, 'history-rewritten', rewritten(kept, same), { leaf: same?.size ?? 0 });
    }
  }
}

function rewritten(kept: KeptCheckpoint, same: KeptCheckpoint | undefined): string {
  const first = same?.size ?? 0;
  const until = same === undefined ? '' : `; up to leaf ${first - 1} it agrees with ${same.name}`;
  return (
    `the log does not continue ${kept.name} (${kept.size} events): something among leaves ${first} to ${kept.size - 1} ` +
    `was changed, dropped, added or moved after that checkpoint was signed${until}`
  );
}

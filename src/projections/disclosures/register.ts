import type { Policy } from '../../domain/policy/policy.ts';
import type { SubprocessorChange } from './queries.ts';

type Subprocessor = Policy['subprocessors'][number];

/** Sub-processors that the policy names though no change announced them, or one announced that they are gone. */
export function unannounced(
  listed: readonly Subprocessor[],
  changes: readonly SubprocessorChange[],
): Subprocessor[] {
  const announced = new Set<string>();
  for (const { name, change } of changes) {
    if (change === 'removed') announced.delete(name);
    else announced.add(name);
  }
  return listed.filter(({ name }) => !announced.has(name));
}

import type { ErasureTarget } from '../events/tenant-events.ts';
import type { ErasureBatch, Hold, PreservationState } from './preservation.ts';

/** A hold that has expired covers nothing, whether its release is recorded yet or not. */
export const isExpired = ({ expiresAt }: Hold, at: Date): boolean =>
  expiresAt !== undefined && expiresAt.getTime() <= at.getTime();

/** What a hold may cover: an asset with its owner, or a subject alone. */
export interface Preservable {
  readonly asset?: string | undefined;
  readonly subject?: string | undefined;
}

const covers = ({ scope }: Hold, { asset, subject }: Preservable): boolean =>
  'subject' in scope ? scope.subject === subject : asset !== undefined && scope.assets.includes(asset);

/** The active holds over one asset or subject at `at`, oldest first. */
export const holdsOver = (state: PreservationState, what: Preservable, at: Date): Hold[] =>
  [...state.holds.values()].filter(hold => !isExpired(hold, at) && covers(hold, what));

/** Answers for many candidates at once, at the cost of one pass over the active holds. */
export function preservedAt(state: PreservationState, at: Date): (what: Preservable) => boolean {
  const assets = new Set<string>();
  const subjects = new Set<string>();
  for (const hold of state.holds.values()) {
    if (isExpired(hold, at)) continue;
    if ('subject' in hold.scope) subjects.add(hold.scope.subject);
    else for (const asset of hold.scope.assets) assets.add(asset);
  }
  return ({ asset, subject }) =>
    (asset !== undefined && assets.has(asset)) || (subject !== undefined && subjects.has(subject));
}

/** What tells one target of a batch from another: an asset id has no `/`, so that a profile never meets one. */
export const targetKey = ({ asset, subject }: Pick<ErasureTarget, 'asset' | 'subject'>): string =>
  asset ?? `profile/${subject ?? ''}`;

/** The batch that is erasing a target, if one is. */
export const batchErasing = (state: PreservationState, key: string): ErasureBatch | undefined =>
  state.batches.values().find(({ targets }) => targets.has(key));

import type { Actor } from '../../domain/events/envelope.ts';
import { assetScope, type KeyStore } from '../../domain/ports/key-store.ts';
import type { Deletions } from '../deletions.ts';
import type { TenantInfo } from '../tenants.ts';
import { creates, type Placed } from './survey.ts';

interface Deps {
  readonly keys: Pick<KeyStore, 'readClosed'>;
  readonly deletions: Pick<Deletions, 'inherit'>;
}

/**
 * What is reported as made from an asset that is deleted already: the deletion could not name it, so what the policy says of
 * descendants is done now. To be called once the report is in the log. Safe to repeat.
 */
export async function followDeletedParents(
  { keys, deletions }: Deps,
  { tenant, policy }: TenantInfo,
  placed: readonly Placed[],
  actor: Actor,
): Promise<void> {
  if (policy.lineage === 'keep') return;
  const parents = new Map(placed.flatMap(parentsOf).map(parent => [assetScope(parent), parent]));
  if (parents.size === 0) return;
  const closed = await keys.readClosed(tenant, [...parents.keys()]);
  const deleted = closed.flatMap(({ scope }) => parents.get(scope) ?? []);
  if (deleted.length > 0) await deletions.inherit(tenant, deleted, actor);
}

function parentsOf(item: Placed): string[] {
  const { parents } = item.incoming.clear;
  if (!creates(item) || !Array.isArray(parents)) return [];
  return parents.filter(parent => typeof parent === 'string');
}

import { assetDecider } from '../domain/asset/asset.ts';
import type { DeletionCause } from '../domain/events/erasure-events.ts';
import type { Actor } from '../domain/events/envelope.ts';
import { LetheError } from '../domain/errors.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { assetScope } from '../domain/ports/key-store.ts';
import { loadAsset } from './asset-loader.ts';
import { followKnownLineage, followLineage, type Deleted, type Descendants } from './lineage.ts';
import type { Surroundings } from './context.ts';
import type { ViewIndex } from './ports.ts';
import type { Draft, Recorder } from './recorder.ts';
import { assetStream } from './streams.ts';
import { stampOf, type TenantInfo, type Tenants } from './tenants.ts';
import type { Vault } from './vault/vault.ts';

/** What is told to whoever asked for a deletion. */
export interface DeletionReceipt {
  /** Id of the deletion request; the first one's where the asset was hidden already. */
  readonly id: string;
  readonly hiddenAt: Date;
  readonly eraseAt: Date;
  /** Why a copy is kept until then, and under which clause and policy version. */
  readonly reason: string;
  readonly descendants: Descendants;
  readonly position: number;
}

export interface AssetDeletion {
  readonly asset: string;
  /** Inside reference of the user who must own the asset; anybody's when absent. */
  readonly owner?: string | undefined;
  readonly cause: DeletionCause;
  /** Id of the request, where one covers several assets; a new one when absent. */
  readonly request?: string;
}

export interface Deletions {
  /**
   * Hides at once: when the promise resolves the request is durable, and no reader opens the asset for the user again.
   * Asking twice answers with the first request. Throws `asset-not-found`, `asset-erased`.
   */
  requestAsset(tenant: string, deletion: AssetDeletion, actor: Actor): Promise<DeletionReceipt>;
  /**
   * Completes what follows from a hiding that is in the log already: the fence of the key, and the lineage.
   * Assets that are not hidden are left as they are. Safe to repeat.
   */
  complete(tenant: string, assets: readonly string[], actor: Actor): Promise<void>;
  /**
   * The last moment at which what follows from a deletion can be done, should whoever asked for it have died or given up
   * before: to be called before the assets are erased. Goes by what the views show of their lineage. Safe to repeat.
   */
  settle(tenant: string, assets: readonly string[], actor: Actor): Promise<void>;
  /** Does to what was made from these assets what the policy says, where they are deleted already. Safe to repeat. */
  inherit(tenant: string, parents: readonly string[], actor: Actor): Promise<void>;
}

interface Deps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly vault: Vault;
  readonly tenants: Tenants;
  readonly views: Pick<ViewIndex, 'descendants' | 'parentsAmong' | 'reached'>;
}

interface Hidden {
  readonly id: string;
  readonly hiddenAt: Date;
  readonly eraseAt: Date;
  readonly position: number;
  /** When the asset came to be: the policy of then is the one that keeps it. */
  readonly createdAt: Date;
}

const ATTEMPTS = 8;

export function createDeletions(deps: Deps): Deletions {
  const hideWith =
    (tenant: TenantInfo, request: string, actor: Actor) =>
    async (asset: string): Promise<void> => {
      await hideAsset(deps, tenant, { asset, cause: 'lineage', request }, actor).catch(ignoreGone);
    };
  const follow = (tenant: TenantInfo, deleted: Deleted, actor: Actor): Promise<Descendants> =>
    followLineage(deps, tenant, deleted, actor, hideWith(tenant, deleted.request, actor));

  const requestAsset: Deletions['requestAsset'] = async (tenant, deletion, actor) => {
    const info = await deps.tenants.get(tenant);
    const hidden = await hideAsset(deps, info, deletion, actor);
    const { id, hiddenAt, eraseAt, position } = hidden;
    const descendants = await follow(info, { asset: deletion.asset, request: id, hiddenAt }, actor);
    return { id, hiddenAt, eraseAt, position, descendants, reason: reasonOf(info, hidden) };
  };

  const complete: Deletions['complete'] = async (tenant, assets, actor) => {
    const info = await deps.tenants.get(tenant);
    for (const asset of assets) {
      const { state } = await loadAsset(deps.log, tenant, asset);
      if (state.status !== 'hidden') continue;
      await deps.vault.hide(tenant, [assetScope(asset)], state.hiddenAt);
      await follow(info, { asset, ...state }, actor);
    }
  };

  const settle: Deletions['settle'] = async (tenant, assets, actor) => {
    const info = await deps.tenants.get(tenant);
    for (const asset of await deps.views.parentsAmong(tenant, assets)) {
      const { state } = await loadAsset(deps.log, tenant, asset);
      if (state.status !== 'hidden') continue;
      await followKnownLineage(deps, info, { asset, ...state }, actor, hideWith(info, state.request, actor));
    }
  };

  const inherit: Deletions['inherit'] = async (tenant, parents, actor) => {
    const info = await deps.tenants.get(tenant);
    for (const parent of parents) {
      const { state } = await loadAsset(deps.log, tenant, parent);
      // What its schedule erased nobody asked to be deleted: that says nothing about what was made from it.
      if (!('request' in state) || state.request === undefined) continue;
      await follow(info, { asset: parent, request: state.request, hiddenAt: deps.clock.now() }, actor);
    }
  };

  return { requestAsset, complete, settle, inherit };
}

async function hideAsset(
  deps: Deps,
  tenant: TenantInfo,
  deletion: AssetDeletion,
  actor: Actor,
): Promise<Hidden> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const hidden = await tryHide(deps, tenant, deletion, actor);
    if (hidden !== undefined) return hidden;
  }
  throw new LetheError('log-conflict', 'the asset keeps changing; try again');
}

/** One attempt on the asset's state as it is now; undefined when the asset changed meanwhile. */
async function tryHide(
  { log, recorder, vault, clock, random }: Deps,
  tenant: TenantInfo,
  { asset, owner, cause, request }: AssetDeletion,
  actor: Actor,
): Promise<Hidden | undefined> {
  const { state, revision, position } = await loadAsset(log, tenant.tenant, asset);
  if (state.status === 'unknown' || (owner !== undefined && state.subject !== owner)) {
    throw new LetheError('asset-not-found', 'no such asset');
  }
  if (state.status === 'erased') throw new LetheError('asset-erased', 'the asset is erased already');
  const scopes = [assetScope(asset)];
  if (state.status === 'hidden') {
    await vault.hide(tenant.tenant, scopes, state.hiddenAt);
    const { request: first, hiddenAt, eraseAt, createdAt } = state;
    return { id: first, hiddenAt, eraseAt, createdAt, position };
  }
  const at = clock.now();
  const id = request ?? random.uuidv7();
  const events = assetDecider.decide({ kind: 'request-deletion', request: id, cause, at }, state);
  const drafts = events.map((event): Draft => ({ ...event, actor, time: at, asset, subject: state.subject }));
  const stored = await recorder.append(recorder.prepare(stampOf(tenant), drafts), [
    { tenant: tenant.tenant, stream: assetStream(asset), revision },
  ]);
  if (stored.status !== 'appended') return undefined;
  await vault.hide(tenant.tenant, scopes, at);
  const eraseAt = events.find(event => event.type === 'asset.hidden')?.data.eraseAt ?? at;
  return {
    id,
    hiddenAt: at,
    eraseAt: new Date(eraseAt),
    position: stored.positions.at(-1) ?? 0,
    createdAt: state.createdAt,
  };
}

/** A descendant that is erased already, or was never stored under this tenant, needs nothing more. */
function ignoreGone(error: unknown): void {
  if (error instanceof LetheError && (error.code === 'asset-erased' || error.code === 'asset-not-found'))
    return;
  throw error;
}

function reasonOf(tenant: TenantInfo, { hiddenAt, eraseAt, createdAt }: Hidden): string {
  const { policy, version } = tenant.policyAt(createdAt);
  return eraseAt > hiddenAt
    ? `hidden now; a sealed copy stays for abuse monitoring until the minimum retention of ${policy.minRetention} ends (promise 11, policy version ${version})`
    : `the minimum retention of ${policy.minRetention} has ended; erased now (promise 10, policy version ${version})`;
}

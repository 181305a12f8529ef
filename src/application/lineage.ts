import type { Actor } from '../domain/events/envelope.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { caughtUp } from './caught-up.ts';
import type { Surroundings } from './context.ts';
import type { ViewIndex } from './ports.ts';
import { LETHE_SOURCE, type Draft, type Recorder } from './recorder.ts';
import { stampOf, type TenantInfo } from './tenants.ts';

/** Assets made from a deleted one, and what the policy says of them. */
export interface Descendants {
  readonly action: 'keep' | 'flag' | 'cascade';
  readonly assets: readonly string[];
}

interface Deps extends Surroundings {
  readonly recorder: Recorder;
  readonly log: Pick<EventLog, 'head'>;
  readonly views: Pick<ViewIndex, 'descendants' | 'reached'>;
}

export interface Deleted {
  readonly asset: string;
  readonly request: string;
  /** What the policy said then is what is done: a stricter one of later deletes nothing that a milder one kept. */
  readonly hiddenAt: Date;
}

/**
 * Applies the policy to what was made from a deleted asset: keep it, flag it, or take it along with `hide`. The asset's key
 * is closed by now: whatever is not in the log yet will meet that when it is reported. Safe to repeat. Throws `view-behind`
 * where the lineage is not known yet; the deletion itself holds, repeating it goes on, and so does its erasure.
 */
export async function followLineage(
  deps: Deps,
  tenant: TenantInfo,
  deleted: Deleted,
  actor: Actor,
  hide: (asset: string) => Promise<void>,
): Promise<Descendants> {
  if (tenant.policyAt(deleted.hiddenAt).policy.lineage !== 'keep') await caughtUp(deps);
  return followKnownLineage(deps, tenant, deleted, actor, hide);
}

/** The same by the lineage that the views show now. */
export async function followKnownLineage(
  { recorder, views, clock }: Omit<Deps, 'log'>,
  tenant: TenantInfo,
  { asset: ancestor, request, hiddenAt }: Deleted,
  actor: Actor,
  hide: (asset: string) => Promise<void>,
): Promise<Descendants> {
  const action = tenant.policyAt(hiddenAt).policy.lineage;
  const assets = await views.descendants(tenant.tenant, ancestor);
  if (action === 'flag' && assets.length > 0) {
    const time = clock.now();
    const drafts = assets.map((asset): Draft => {
      // An identity that follows from the deletion: repeating it flags nothing twice.
      const identity = { source: LETHE_SOURCE, sourceId: `${request} lineage.flagged ${asset}` };
      return { ...identity, type: 'lineage.flagged', data: { ancestor, request }, actor, time, asset };
    });
    await recorder.record(stampOf(tenant), drafts);
  }
  if (action === 'cascade') for (const asset of assets) await hide(asset);
  return { action, assets };
}

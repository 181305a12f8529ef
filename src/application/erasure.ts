import type { ErasureTarget } from '../domain/events/tenant-events.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { preservationDecider } from '../domain/preservation/preservation.ts';
import { erasureTime } from '../domain/time/retention.ts';
import type { Attempts } from './attempts.ts';
import type { Surroundings } from './context.ts';
import type { Deletions } from './deletions.ts';
import type { Directory } from './directory.ts';
import { eraseAssets, eraseProfiles, ERASER } from './erasure-steps.ts';
import type { DueAsset, ViewIndex } from './ports.ts';
import type { Preservation } from './preservation.ts';
import type { Recorder } from './recorder.ts';
import { stampOf, type Tenants } from './tenants.ts';
import type { Vault } from './vault/vault.ts';

export interface Erasure {
  /**
   * Erases what is due and under no hold: records the intent, destroys the keys, records and certifies each erasure.
   * Whatever a dead worker left half-way is finished first. A tenant whose erasures fail keeps no other waiting. Answers
   * how many assets were erased, up to where `signal` has ended it.
   */
  eraseDue(limit: number, signal?: AbortSignal): Promise<number>;
  /** Erases a user's profile and directory entry, in the same steps. False while a hold preserves the user. */
  eraseProfile(tenant: string, subject: string, request: string): Promise<boolean>;
}

export interface ErasureDeps extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly vault: Vault;
  readonly directory: Directory;
  readonly tenants: Tenants;
  readonly preservation: Preservation;
  readonly deletions: Pick<Deletions, 'settle'>;
  readonly attempts: Attempts;
  readonly views: Pick<ViewIndex, 'dueAssets' | 'tenantsWithOpenBatches'>;
}

export function createErasure(deps: ErasureDeps): Erasure {
  const eraseDue: Erasure['eraseDue'] = async (limit, signal) => {
    const at = erasureTime(deps.clock.now(), await deps.log.now());
    let erased = await resume(deps, at, signal);
    let page: readonly DueAsset[] = [];
    // Page by page, so that assets which a hold or a failure keeps due do not stand in the way of the rest.
    do {
      if (signal?.aborted === true) break;
      page = await deps.views.dueAssets(at, limit, page.at(-1));
      erased += await erasePage(deps, page, at, signal);
    } while (page.length === limit);
    return erased;
  };

  const eraseProfile: Erasure['eraseProfile'] = async (tenant, subject, request) => {
    const at = erasureTime(deps.clock.now(), await deps.log.now());
    const profile: ErasureTarget = { subject, request, cause: 'account', eraseAt: at.toISOString() };
    return (await eraseTargets(deps, tenant, [profile], at)) > 0;
  };

  return { eraseDue, eraseProfile };
}

const targetOf = ({ asset, subject, eraseAt, cause, request }: DueAsset): ErasureTarget => ({
  asset,
  eraseAt: eraseAt.toISOString(),
  cause,
  ...(subject === null ? {} : { subject }),
  ...(request === null ? {} : { request }),
});

/** What went along with another is settled with that one, and what its schedule erases takes nothing along. */
const deletedAsset = ({ asset, cause }: ErasureTarget): string[] =>
  asset === undefined || cause === 'lineage' || cause === 'schedule' ? [] : [asset];

/** Finishes what a dead worker has begun: an asset whose key is gone is due no more, so nothing else would come back to it. */
async function resume(deps: ErasureDeps, at: Date, signal: AbortSignal | undefined): Promise<number> {
  let erased = 0;
  for (const tenant of await deps.views.tenantsWithOpenBatches()) {
    if (signal?.aborted === true) break;
    erased += (await deps.attempts.of(tenant, () => resumeTenant(deps, tenant, at))) ?? 0;
  }
  return erased;
}

async function resumeTenant(deps: ErasureDeps, tenant: string, at: Date): Promise<number> {
  const { batches } = await deps.preservation.state(tenant);
  let erased = 0;
  for (const { batch, targets } of batches.values()) {
    erased += await carryOut(deps, tenant, batch, [...targets.values()], at);
  }
  return erased;
}

async function erasePage(
  deps: ErasureDeps,
  page: readonly DueAsset[],
  at: Date,
  signal: AbortSignal | undefined,
): Promise<number> {
  let erased = 0;
  for (const [tenant, assets] of Map.groupBy(page, due => due.tenant)) {
    if (signal?.aborted === true) break;
    const erase = () => eraseTargets(deps, tenant, assets.map(targetOf), at);
    erased += (await deps.attempts.of(tenant, erase)) ?? 0;
  }
  return erased;
}

/** Erases those candidates that no hold covers; answers how many. */
async function eraseTargets(
  deps: ErasureDeps,
  tenant: string,
  candidates: readonly ErasureTarget[],
  at: Date,
): Promise<number> {
  const batch = deps.random.uuidv7();
  const { events } = await deps.preservation.change(tenant, ERASER, state => ({
    events: preservationDecider.decide({ kind: 'start-erasure', batch, candidates, at }, state),
  }));
  const targets = events.flatMap(event => (event.type === 'erasure.started' ? event.data.targets : []));
  return targets.length === 0 ? 0 : carryOut(deps, tenant, batch, targets, at);
}

/** From the recorded intent to its completion. Each step can be repeated after a crash: see erasure-steps.ts. */
async function carryOut(
  deps: ErasureDeps,
  tenant: string,
  batch: string,
  targets: readonly ErasureTarget[],
  at: Date,
): Promise<number> {
  const stamp = stampOf(await deps.tenants.get(tenant));
  await deps.deletions.settle(tenant, targets.flatMap(deletedAsset), ERASER);
  await eraseAssets(deps, stamp, batch, targets, at);
  await eraseProfiles(deps, stamp, targets, at);
  await deps.preservation.change(tenant, ERASER, state => ({
    events: preservationDecider.decide({ kind: 'complete-erasure', batch, erased: targets.length }, state),
  }));
  return targets.length;
}

import { CELL_KEYS } from '../../domain/cell/keys.ts';
import { LetheError } from '../../domain/errors.ts';
import type { EpochRow } from '../../domain/ports/epoch-store.ts';
import { currentOf, type EpochDeps } from './deps.ts';
import { destroyRetired } from './destroy-epoch.ts';
import { recordFact } from './facts.ts';
import { moveKeys } from './move-keys.ts';
import { openEpoch } from './open-epoch.ts';
import { openRootPair } from './root-pair.ts';
import { keepSurvivors } from './survivors.ts';

export interface EpochRoller {
  /**
   * Goes on with every unfinished roll, and begins one for each tenant whose epoch has lasted `epochMs`. One tenant's
   * failure does not keep the others: it is told to `onFailure`. Answers the tenants whose roll failed, up to where `signal`
   * has ended it. Throws what keeps every tenant alike.
   */
  rollDue(
    epochMs: number,
    onFailure: (tenant: string, error: unknown) => void,
    signal?: AbortSignal,
  ): Promise<string[]>;
  /**
   * Begins a roll, unless one is under way, and carries it as far as it goes; each step can be repeated, so it may be
   * killed at any line. Answers `waiting` while a retired KMS key is not yet destroyed, `elsewhere` where another
   * process is at it, and `none` for a tenant that has no epoch in use.
   */
  roll(tenant: string, begin: boolean): Promise<'done' | 'waiting' | 'elsewhere' | 'none'>;
}

export function createEpochRoller(deps: EpochDeps): EpochRoller {
  const roll: EpochRoller['roll'] = async (tenant, begin) =>
    (await deps.epochs.exclusively(tenant, () => rollAlone(deps, tenant, begin))) ?? 'elsewhere';

  return {
    roll,
    rollDue: async (epochMs, onFailure, signal) => {
      const before = new Date(deps.clock.now().getTime() - epochMs);
      const failed: string[] = [];
      for (const tenant of await deps.epochs.due(before)) {
        if (signal?.aborted === true) break;
        try {
          const rows = await deps.epochs.list(tenant);
          const isDue = (currentOf(rows)?.openedAt.getTime() ?? Infinity) <= before.getTime();
          await roll(tenant, isDue);
        } catch (error) {
          if (deps.isOutage(error)) throw error;
          failed.push(tenant);
          onFailure(tenant, error);
        }
      }
      return failed;
    },
  };
}

async function rollAlone(
  deps: EpochDeps,
  tenant: string,
  begin: boolean,
): Promise<'done' | 'waiting' | 'none'> {
  let rows = await deps.epochs.list(tenant);
  if (currentOf(rows) === undefined || !(await isRegistered(deps, tenant))) return 'none';
  if (rows.some(isOpening) || (begin && !rows.some(isLeaving))) {
    await openEpoch(deps, tenant, rows);
    rows = await deps.epochs.list(tenant);
  }
  for (const row of rows.filter(isLeaving)) await leave(deps, row, currentOf(rows));
  return (await destroyRetired(deps, await deps.epochs.list(tenant))) ? 'waiting' : 'done';
}

const isOpening = ({ state }: EpochRow): boolean => state === 'opening';
const isLeaving = ({ state }: EpochRow): boolean => state === 'closing' || state === 'closed';

/** Its keys are made before the tenant is: one whose registration was cut short has nothing to move. */
async function isRegistered({ tenants }: EpochDeps, tenant: string): Promise<boolean> {
  if (tenant === CELL_KEYS) return true;
  try {
    await tenants.get(tenant);
    return true;
  } catch (error) {
    if (error instanceof LetheError && error.code === 'tenant-not-found') return false;
    throw error;
  }
}

/** Moves every living key out of an epoch, keeps the survivors outside the database, and retires it. */
async function leave(deps: EpochDeps, from: EpochRow, to: EpochRow | undefined): Promise<void> {
  if (to === undefined || to.epoch <= from.epoch) return;
  const { tenant, epoch } = from;
  await recordFact(deps, to, 'key.rotated', { kmsKeyId: to.kmsKeyId, epoch: to.epoch, previous: epoch });
  const plan = {
    tenant,
    from: await openRootPair(deps, tenant, epoch),
    to: await openRootPair(deps, tenant, to.epoch),
  };
  await using rewrapper = deps.openRewrapper(plan);
  // The bulk goes while new keys may still come; once it is closed, the few that came meanwhile.
  await moveKeys(deps, plan, rewrapper);
  await deps.epochs.close(tenant, epoch);
  for (let isRetired = false; !isRetired;) {
    while ((await moveKeys(deps, plan, rewrapper)) > 0);
    const survivors = await keepSurvivors(deps, to);
    isRetired = await deps.epochs.retire(tenant, epoch, { at: deps.clock.now(), survivors });
  }
}

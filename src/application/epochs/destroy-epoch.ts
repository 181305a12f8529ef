import type { EpochRow } from '../../domain/ports/epoch-store.ts';
import type { EpochDeps } from './deps.ts';
import { recordFact } from './facts.ts';

/**
 * Ends the KMS keys of retired epochs, oldest first: roots gone, key disabled and doomed, and once the KMS says that it
 * is destroyed, that and the horizon go on record. Answers whether some are still to be waited for.
 */
export async function destroyRetired(deps: EpochDeps, rows: readonly EpochRow[]): Promise<boolean> {
  const retired = rows.filter(({ state }) => state === 'retired');
  const results: boolean[] = [];
  for (const row of retired) results.push(await doom(deps, row, rows));
  // The horizon of an epoch is that of all before it too: none is recorded past one that can still be recovered.
  const gone = results.findIndex(isGone => !isGone);
  for (const row of gone === -1 ? retired : retired.slice(0, gone)) await recordEnd(deps, row);
  return gone !== -1;
}

/** True once the KMS key is beyond recovery. A deletion that somebody has cancelled is asked for again. */
async function doom(deps: EpochDeps, row: EpochRow, rows: readonly EpochRow[]): Promise<boolean> {
  const { kms, epochs, clock, cacheMs, pendingDays } = deps;
  const { tenant, epoch, kmsKeyId } = row;
  const isRooted = (await deps.keys.readRoot(tenant, epoch, 'safety')) !== undefined;
  if (isRooted) await recordRolled(deps, row, rows);
  // A reader that unwrapped the root just before may use it so long; then it is in no memory any more.
  if (clock.now().getTime() < (row.retiredAt?.getTime() ?? 0) + cacheMs) return false;
  if (isRooted) await epochs.deleteRoots(tenant, epoch);
  const { state } = await kms.describeKey(kmsKeyId);
  if (state === 'destroyed') return true;
  if (state === 'pending-deletion') return false;
  if (state === 'enabled') await kms.disableKey(kmsKeyId);
  return (await kms.scheduleKeyDeletion(kmsKeyId, pendingDays)).state === 'destroyed';
}

/** An epoch that a restore retired was rolled before, and the log says so already. */
async function recordRolled(
  deps: EpochDeps,
  { survivors, ...row }: EpochRow,
  rows: readonly EpochRow[],
): Promise<void> {
  const to = rows.find(({ epoch }) => epoch > row.epoch);
  if (to === undefined || survivors === null) return;
  await recordFact(deps, row, 'epoch.rolled', { from: row.epoch, to: to.epoch, survivors });
}

async function recordEnd(deps: EpochDeps, row: EpochRow): Promise<void> {
  const { tenant, epoch, kmsKeyId } = row;
  const at = deps.clock.now();
  const destroyedAt = at.toISOString();
  await recordFact(deps, row, 'key.destroyed', { kmsKeyId, epoch, destroyedAt });
  await recordFact(deps, row, 'horizon.reached', { epoch, at: destroyedAt });
  await deps.epochs.destroyed(tenant, epoch, at);
}

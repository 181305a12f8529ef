import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { EpochRoller } from '../application/epochs/roll.ts';
import { LetheError } from '../domain/errors.ts';
import { createMetrics } from '../platform/metrics.ts';
import { composeRoller } from './compose-epochs.ts';
import { systemClock } from './compose.ts';
import { guardRestore } from './restore-guard.ts';
import type { Stores } from './stores.ts';
import { startProgress } from './terminal/progress.ts';
import { composeRecording, withStores } from './with-stores.ts';

export function registerRoll(program: Command): void {
  program
    .command('roll')
    .argument('[tenant]', 'a tenant; all when absent')
    .description('roll epochs now: what was erased is then beyond every backup')
    .action(async (tenant: string | undefined) => roll(tenant));
}

const POLL_MS = 200;

const roll = (tenant: string | undefined): Promise<void> =>
  withStores(async (stores, logger) => {
    await guardRestore(stores, { clock: systemClock, logger, metrics: createMetrics({ ofProcess: false }) });
    await rollAll(stores, tenant);
  });

async function rollAll(stores: Stores, only: string | undefined): Promise<void> {
  const all = await stores.epochs.store.tenants();
  const tenants = all.filter(tenant => only === undefined || tenant === only);
  if (only !== undefined && tenants.length === 0)
    throw new LetheError('tenant-not-found', 'there is no such tenant');
  const roller = composeRoller(stores, { ...composeRecording(stores), isBusy: () => false });
  const progress = startProgress({ label: 'epochs', total: tenants.length });
  for (const [index, tenant] of tenants.entries()) {
    await rollToEnd(stores, roller, tenant);
    progress.update(index + 1, `${index + 1} tenants`);
  }
  progress.stop();
}

/** Waits for a key that is about to be destroyed, not for days, and for another process that is at it. */
async function rollToEnd(stores: Stores, roller: EpochRoller, tenant: string): Promise<void> {
  let begin = true;
  for (;;) {
    const outcome = await roller.roll(tenant, begin);
    if (outcome === 'done' || outcome === 'none') return;
    if (outcome === 'waiting') begin = false;
    if (outcome === 'waiting' && (await isDoomed(stores, tenant))) return;
    await delay(POLL_MS);
  }
}

/** Whether all that is left to wait for is the date that the KMS has given. */
async function isDoomed({ epochs, kms }: Stores, tenant: string): Promise<boolean> {
  const retired = (await epochs.store.list(tenant)).filter(({ state }) => state === 'retired');
  const keys = await Promise.all(retired.map(({ kmsKeyId }) => kms.describeKey(kmsKeyId)));
  return keys.every(({ state }) => state === 'pending-deletion');
}

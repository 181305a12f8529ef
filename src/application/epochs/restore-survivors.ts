import type { EpochStore, SurvivorsFiles, SurvivorsHead } from '../../domain/ports/epoch-store.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { KeyStore } from '../../domain/ports/key-store.ts';
import type { Kms } from '../../domain/ports/kms.ts';

export interface RestoreDeps {
  readonly kms: Pick<Kms, 'describeKey'>;
  readonly keys: Pick<KeyStore, 'insertRoot' | 'insertEpoch'>;
  readonly epochs: EpochStore;
  readonly survivors: SurvivorsFiles;
  readonly clock: Clock;
}

export interface Restored {
  readonly tenant: string;
  readonly epoch: number;
  /** Keys that got the wraps back that the roll had given them. */
  readonly revived: number;
  /** Living rows whose key no longer exists anywhere, and that no erasure in the log accounts for: an alarm. */
  readonly lost: number;
}

/**
 * Where the database is older than the newest survivors, as after a restore, gives every key that lived on its wraps
 * under the present epoch back. What is in no survivors file stays under a KMS key that is destroyed: it opens for
 * nobody, as `key-missing`. To be called after the log's erasures were repeated, so that nothing erased comes back, and
 * before anything opens a key; done again after a crash, it completes what is missing.
 */
export async function restoreSurvivors(deps: RestoreDeps): Promise<Restored[]> {
  const known = new Set(await deps.epochs.tenants());
  const restored: Restored[] = [];
  for (const { tenant, epoch } of await deps.survivors.list()) {
    if (known.has(tenant) && (await isOlder(deps, tenant, epoch)))
      restored.push(await restoreTenant(deps, tenant, epoch));
  }
  return restored;
}

/** Whether the database has never got as far as that epoch, or was copied while its keys were on the way there. */
async function isOlder({ epochs, kms }: RestoreDeps, tenant: string, epoch: number): Promise<boolean> {
  const begun = (await epochs.list(tenant)).filter(({ state }) => state !== 'opening');
  if (begun.every(row => row.epoch < epoch)) return true;
  const left = begun.filter(({ state }) => state === 'closing' || state === 'closed');
  for (const { kmsKeyId } of left.filter(row => row.epoch < epoch)) {
    // A KMS key is doomed once its epoch is retired, not before: here is an older row than that.
    const { state } = await kms.describeKey(kmsKeyId);
    if (state === 'destroyed' || state === 'pending-deletion') return true;
  }
  return false;
}

async function restoreTenant(deps: RestoreDeps, tenant: string, epoch: number): Promise<Restored> {
  const { epochs, clock } = deps;
  const { head, pages } = await deps.survivors.read(tenant, epoch);
  await reopen(deps, head);
  let revived = 0;
  for await (const page of pages) revived += await epochs.revive(tenant, epoch, page);
  await epochs.reinstate(tenant, epoch, clock.now());
  return { tenant, epoch, revived, lost: await epochs.countLost(tenant) };
}

async function reopen({ keys }: RestoreDeps, head: SurvivorsHead): Promise<void> {
  const { tenant, epoch, kmsKeyId, openedAt } = head;
  await keys.insertEpoch({ tenant, epoch, kmsKeyId, state: 'opening', openedAt });
  for (const { purpose, wrapped } of head.roots)
    await keys.insertRoot({ tenant, epoch, purpose, kmsKeyId, wrapped });
}

import { CELL_KEYS } from '../../domain/cell/keys.ts';
import type { EpochRow } from '../../domain/ports/epoch-store.ts';
import type { Purpose } from '../../domain/ports/key-store.ts';
import type { EpochDeps } from './deps.ts';

const PURPOSES: readonly Purpose[] = ['serving', 'safety'];

/**
 * The next epoch of a tenant: KMS key, both roots, then it is the current one. Goes on where a dead process left an
 * epoch that is opening; a KMS key that was made and not yet noted wraps nothing.
 */
export async function openEpoch(deps: EpochDeps, tenant: string, rows: readonly EpochRow[]): Promise<void> {
  const opening = rows.find(({ state }) => state === 'opening') ?? (await announce(deps, tenant, rows));
  for (const purpose of PURPOSES) await ensureRoot(deps, opening, purpose);
  await deps.epochs.supersede(tenant, opening.epoch);
}

async function announce(
  { kms, keys, clock, tenants }: EpochDeps,
  tenant: string,
  rows: readonly EpochRow[],
): Promise<EpochRow> {
  const epoch = Math.max(0, ...rows.map(row => row.epoch)) + 1;
  const region = tenant === CELL_KEYS ? {} : { region: (await tenants.get(tenant)).region };
  const { keyId } = await kms.createKey({ tenant, epoch: String(epoch), ...region });
  return keys.insertEpoch({ tenant, epoch, kmsKeyId: keyId, state: 'opening', openedAt: clock.now() });
}

async function ensureRoot(
  { kms, keys }: EpochDeps,
  { tenant, epoch, kmsKeyId }: EpochRow,
  purpose: Purpose,
): Promise<void> {
  if ((await keys.readRoot(tenant, epoch, purpose)) !== undefined) return;
  const context = { tenant, epoch: String(epoch), purpose };
  const { plaintext, wrapped } = await kms.generateDataKey(kmsKeyId, context);
  plaintext.wipe();
  await keys.insertRoot({ tenant, epoch, purpose, kmsKeyId, wrapped });
}

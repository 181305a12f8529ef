import { LetheError } from '../../domain/errors.ts';
import type { EpochRow, EpochStore } from '../../domain/ports/epoch-store.ts';
import type { Kms, KmsKeyState } from '../../domain/ports/kms.ts';
import type { CheckpointKeeper, LogKeys } from '../../domain/ports/notary.ts';
import type { TreeStore } from '../../domain/ports/tree-store.ts';
import { openCheckpoint } from '../../domain/tlog/checkpoint.ts';

export interface KeystoreAgeDeps {
  readonly kms: Pick<Kms, 'describeKey'>;
  readonly epochs: Pick<EpochStore, 'tenants' | 'list'>;
  readonly trees: Pick<TreeStore, 'newest'>;
  readonly keeper: Pick<CheckpointKeeper, 'read' | 'generation'>;
  readonly keys: LogKeys;
}

/**
 * The keystore is always ahead of the database: a KMS key is made before its epoch and destroyed before that is on record,
 * a checkpoint is kept before it is published. Where it is behind, an old copy of it was put back, which may hold keys
 * again that were destroyed. Throws LetheError `keystore-older-than-database`, before anything opens a key.
 */
export async function checkKeystoreAge(deps: KeystoreAgeDeps): Promise<void> {
  for (const tenant of await deps.epochs.tenants()) {
    for (const row of telling(await deps.epochs.list(tenant))) {
      const state = await stateOf(deps.kms, row.kmsKeyId);
      const isBehind = row.state === 'destroyed' ? !GONE.has(state) : state === 'unknown';
      if (isBehind)
        throw older(tenant, `the KMS key of epoch ${row.epoch} is ${state}, its epoch ${row.state}`);
    }
    await checkKept(deps, tenant);
  }
}

const GONE: ReadonlySet<string> = new Set<KmsKeyState | 'unknown'>(['destroyed', 'unknown']);

/** The living epochs, and the last that was destroyed: of the destroyed ones, an old keystore has that one first. */
function telling(rows: readonly EpochRow[]): EpochRow[] {
  const last = rows.findLast(({ state }) => state === 'destroyed');
  return rows.filter(row => row === last || row.state !== 'destroyed');
}

async function stateOf(kms: Pick<Kms, 'describeKey'>, keyId: string): Promise<KmsKeyState | 'unknown'> {
  try {
    return (await kms.describeKey(keyId)).state;
  } catch (error) {
    // AWS KMS forgets a key once it is destroyed.
    if (error instanceof LetheError && error.code === 'kms-key-not-found') return 'unknown';
    throw error;
  }
}

async function checkKept({ trees, keeper, keys }: KeystoreAgeDeps, tenant: string): Promise<void> {
  const published = await trees.newest(tenant);
  const kept = await keeper.read(tenant);
  // A loss was just accepted: what is published is of the generation before.
  if (published === undefined || (kept === undefined && keeper.generation(tenant) > 1)) return;
  const size = kept === undefined ? 0 : openCheckpoint(kept, keys.signer(tenant).verifier).size;
  if (size < published.size)
    throw older(tenant, `its newest checkpoint has ${size} events, the published one ${published.size}`);
}

const older = (tenant: string, why: string): LetheError =>
  new LetheError(
    'keystore-older-than-database',
    `the keystore is older than the database (tenant ${tenant}: ${why}): put the newest keystore back, or its mirror`,
    { details: { tenant } },
  );

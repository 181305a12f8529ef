import type { Clock } from '../../domain/ports/clock.ts';
import type { Kms } from '../../domain/ports/kms.ts';
import { LOOKUP_SCOPE, type KeyStore, type Purpose, type RootRow } from '../../domain/ports/key-store.ts';
import { failClosed } from './roots.ts';
import type { Vault } from './vault.ts';

interface TenantKeyringDeps {
  readonly kms: Kms;
  readonly keys: KeyStore;
  readonly clock: Clock;
}

const FIRST_EPOCH = 1;
/** The shortest that AWS KMS allows. */
const PENDING_DAYS = 7;

export function createTenantKeyring(
  { kms, keys, clock }: TenantKeyringDeps,
  { ensureKeys }: Pick<Vault, 'ensureKeys'>,
): Pick<Vault, 'createTenantKeys'> {
  const insertRoot = async (tenant: string, purpose: Purpose, kmsKeyId: string): Promise<RootRow> => {
    const context = { tenant, epoch: String(FIRST_EPOCH), purpose };
    const { plaintext, wrapped } = await failClosed(kms.generateDataKey(kmsKeyId, context));
    plaintext.wipe();
    return keys.insertRoot({ tenant, epoch: FIRST_EPOCH, purpose, kmsKeyId, wrapped });
  };

  /** The first serving root decides which KMS key the tenant has; the key of a caller who came second goes. */
  const servingRoot = async (tenant: string, region: string | undefined): Promise<RootRow> => {
    const standing = await keys.readRoot(tenant, FIRST_EPOCH, 'serving');
    if (standing !== undefined) return standing;
    const tags = { tenant, epoch: String(FIRST_EPOCH), ...(region === undefined ? {} : { region }) };
    const { keyId } = await failClosed(kms.createKey(tags));
    const root = await insertRoot(tenant, 'serving', keyId);
    if (root.kmsKeyId !== keyId) await failClosed(kms.scheduleKeyDeletion(keyId, PENDING_DAYS));
    return root;
  };

  const ensureRoots = async (tenant: string, region: string | undefined): Promise<string> => {
    const { kmsKeyId } = await servingRoot(tenant, region);
    const safety = await keys.readRoot(tenant, FIRST_EPOCH, 'safety');
    if (safety === undefined) await insertRoot(tenant, 'safety', kmsKeyId);
    return kmsKeyId;
  };

  return {
    createTenantKeys: async (tenant, region) => {
      const kmsKeyId = await ensureRoots(tenant, region);
      const openedAt = clock.now();
      await keys.insertEpoch({ tenant, epoch: FIRST_EPOCH, kmsKeyId, state: 'current', openedAt });
      await ensureKeys(tenant, [{ scope: LOOKUP_SCOPE, subject: null, createdAt: clock.now(), store: true }]);
      return { kmsKeyId, epoch: FIRST_EPOCH };
    },
  };
}

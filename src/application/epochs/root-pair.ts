import { createSecretKey, type KeyObject } from 'node:crypto';
import { LetheError } from '../../domain/errors.ts';
import type { Purpose } from '../../domain/ports/key-store.ts';
import type { RootPair } from '../../domain/sealing/rewrap.ts';
import { failClosed } from '../vault/roots.ts';
import type { EpochDeps } from './deps.ts';

/** Both roots of an epoch, unwrapped for one roll. Throws LetheError `key-missing` or `kms-unavailable`. */
export async function openRootPair(
  { kms, keys }: Pick<EpochDeps, 'kms' | 'keys'>,
  tenant: string,
  epoch: number,
): Promise<RootPair> {
  const open = async (purpose: Purpose): Promise<KeyObject> => {
    const row = await keys.readRoot(tenant, epoch, purpose);
    if (row === undefined) throw new LetheError('key-missing', `no ${purpose} root of epoch ${epoch}`);
    const context = { tenant, epoch: String(epoch), purpose };
    const secret = await failClosed(kms.decrypt(row.kmsKeyId, row.wrapped, context));
    const root = createSecretKey(secret.reveal());
    secret.wipe();
    return root;
  };
  return { epoch, safety: await open('safety'), serving: await open('serving') };
}

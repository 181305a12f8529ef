import type { Pool } from 'pg';
import { LetheError } from '../domain/errors.ts';
import { withTenant } from '../projections/runner/tenant.ts';
import { descendants } from '../projections/user-assets/queries/descendants.ts';
import { getAsset, type AssetRow } from '../projections/user-assets/queries/get-asset.ts';
import { parents } from '../projections/user-assets/queries/parents.ts';
import type { ShownAsset } from './services.ts';

/**
 * One asset without its content: dates, lineage, status. Throws `asset-not-found`, and `asset-deleted` and
 * `asset-erased` with their dates and proof.
 */
export async function describeAsset(
  reader: Pool,
  tenant: string,
  asset: string,
  owner: string | undefined,
): Promise<ShownAsset> {
  const [row, from, made] = await withTenant(reader, tenant, async db => [
    await getAsset(db, tenant, asset),
    await parents(db, tenant, asset),
    await descendants(db, tenant, asset),
  ]);
  if (row === undefined || row.createdAt === null || (owner !== undefined && row.subject !== owner)) {
    throw new LetheError('asset-not-found', 'no such asset');
  }
  refuseGone(row);
  return { ...visibleFields(row), parents: from, descendants: made };
}

/** The key's state decides; the view fills in the dates once it has caught up. */
function refuseGone({ keyState, status, hiddenAt, eraseAt, erasedAt, certificate, request }: AssetRow): void {
  if (keyState === 'erased' || status === 'erased') {
    const erasure = { erasedAt, certificate, method: 'cryptographic-erase' };
    throw new LetheError('asset-erased', 'its keys are destroyed: nobody can open it any more', {
      details: { erasure },
    });
  }
  if (keyState === 'hidden' || status === 'hidden') {
    throw new LetheError('asset-deleted', 'the asset is deleted', {
      details: { hiddenAt, eraseAt, request },
    });
  }
}

const OF_THE_DELETED: ReadonlySet<string> = new Set([
  'request',
  'cause',
  'keyState',
  'certificate',
  'hiddenAt',
  'erasedAt',
]);

const visibleFields = (row: AssetRow): ShownAsset => ({
  ...Object.fromEntries(Object.entries(row).filter(([name]) => !OF_THE_DELETED.has(name))),
  asset: row.asset,
});

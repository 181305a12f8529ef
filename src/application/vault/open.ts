import { LetheError } from '../../domain/errors.ts';
import type { DataKeyRow, Purpose, Scope } from '../../domain/ports/key-store.ts';
import { openPart } from '../../domain/sealing/blob.ts';
import { derivePartKey } from '../../domain/sealing/derive.ts';
import { wipeMaterial, type KeyMaterial, type Materials } from './materials.ts';
import { requirePurpose } from './roots.ts';
import type { OpenRequest, OpenResult, ReadingVault, ServingKeys } from './vault.ts';

interface OpenerDeps {
  readonly keys: ServingKeys;
  readonly purposes: readonly Purpose[];
}

/** Why a row opens for nobody, or not for this purpose; undefined where it opens. */
function closedBy(row: DataKeyRow, purpose: Purpose): OpenResult | undefined {
  switch (row.state) {
    case 'live':
      return undefined;
    case 'hidden':
      return purpose === 'safety' ? undefined : { status: 'hidden' };
    case 'unstored':
      return { status: 'unstored' };
    case 'erased':
      if (row.erasedAt === null)
        throw new LetheError('key-missing', `the tombstone of ${row.scope} has no date`);
      return { status: 'erased', erasedAt: row.erasedAt };
  }
}

function checkPurpose(deps: OpenerDeps, purpose: Purpose, requests: readonly OpenRequest[]): void {
  requirePurpose(deps.purposes, purpose);
  if (purpose === 'serving' && requests.some(({ part }) => part === 'network')) {
    throw new LetheError('purpose-refused', 'network data is never opened for the serving purpose');
  }
}

function openWith(row: DataKeyRow, material: KeyMaterial, tenant: string, request: OpenRequest): OpenResult {
  const { scope, eventId, part, blob } = request;
  const partKey = partKeyOf(material, part);
  const bytes = openPart(blob, part, { keyId: row.keyId, partKey }, { tenant, scope, eventId });
  return { status: 'opened', bytes };
}

function partKeyOf({ contentKey, dataKey }: KeyMaterial, part: OpenRequest['part']): Buffer {
  if (part === 'content') return contentKey.reveal();
  if (dataKey === undefined) throw new LetheError('purpose-refused', 'network data needs the safety key');
  return derivePartKey(dataKey.reveal(), part);
}

export function createOpener(
  deps: OpenerDeps,
  materials: Materials,
): Pick<ReadingVault, 'open' | 'openMany'> {
  const openOne = async (
    row: DataKeyRow | undefined,
    tenant: string,
    purpose: Purpose,
    request: OpenRequest,
  ): Promise<OpenResult> => {
    const { scope } = request;
    if (row === undefined) throw new LetheError('key-missing', `${scope} has neither a key nor a tombstone`);
    const closed = closedBy(row, purpose);
    if (closed !== undefined) {
      // Another process closed it: what this one still has of the key goes too.
      materials.evict(tenant, [scope]);
      return closed;
    }
    const material = await materials.unwrap(row, purpose);
    try {
      return openWith(row, material, tenant, request);
    } finally {
      wipeMaterial(material);
    }
  };

  const openMany: ReadingVault['openMany'] = async (tenant, purpose, requests) => {
    checkPurpose(deps, purpose, requests);
    if (requests.length === 0) return [];
    const scopes = new Set(requests.map(({ scope }) => scope));
    const rows = new Map<Scope, DataKeyRow>();
    for (const row of await deps.keys.readDataKeys(tenant, [...scopes])) rows.set(row.scope, row);
    const results: OpenResult[] = [];
    for (const request of requests) {
      results.push(await openOne(rows.get(request.scope), tenant, purpose, request));
    }
    return results;
  };

  const open: ReadingVault['open'] = async (tenant, scope, purpose, blob, eventId, part) => {
    const request = { scope, eventId, part, blob };
    checkPurpose(deps, purpose, [request]);
    const [row] = await deps.keys.readDataKeys(tenant, [scope]);
    return openOne(row, tenant, purpose, request);
  };

  return { open, openMany };
}

import type { Actor } from '../domain/events/envelope.ts';
import type { ErasureTarget } from '../domain/events/tenant-events.ts';
import { assetScope, subjectScope, type DataKeyRow } from '../domain/ports/key-store.ts';
import type { Randomness } from './context.ts';
import type { Directory } from './directory.ts';
import { LETHE_SOURCE, type Draft, type Recorder, type TenantStamp } from './recorder.ts';
import type { Vault } from './vault/vault.ts';

export const ERASER: Actor = { kind: 'worker', id: 'eraser' };

interface Deps {
  readonly vault: Pick<Vault, 'erase'>;
  readonly directory: Pick<Directory, 'forget'>;
  readonly recorder: Pick<Recorder, 'record'>;
  readonly random: Randomness;
}

/** An identity that follows from what is erased: a second run finds the first one's event stored. */
const identityOf = (id: string, type: string): { source: string; sourceId: string } => ({
  source: LETHE_SOURCE,
  sourceId: `${id} ${type}`,
});

type AssetTarget = ErasureTarget & { readonly asset: string };
const isAsset = (target: ErasureTarget): target is AssetTarget => target.asset !== undefined;

/** Destroys the keys, records each erasure, then certifies it with its log position. */
export async function eraseAssets(
  { vault, recorder, random }: Deps,
  stamp: TenantStamp,
  batch: string,
  targets: readonly ErasureTarget[],
  at: Date,
): Promise<void> {
  const assets = targets.filter(isAsset);
  if (assets.length === 0) return;
  const tombstones = await vault.erase(
    stamp.tenant,
    assets.map(({ asset }) => assetScope(asset)),
    at,
  );
  const rows = new Map(tombstones.map(row => [row.scope, row]));
  const erased = assets.map(target => erasedDraft(batch, target, rows.get(assetScope(target.asset)), at));
  const positions = await recorder.record(stamp, erased);
  const certified = erased.map((draft, index) =>
    certifiedDraft(draft, positions[index] ?? 0, random.uuidv7()),
  );
  await recorder.record(stamp, certified);
}

type ErasedDraft = Draft<'asset.erased'> & { readonly asset: string };

function erasedDraft(
  batch: string,
  { asset, subject, eraseAt, cause, request }: AssetTarget,
  row: DataKeyRow | undefined,
  at: Date,
): ErasedDraft {
  const erasedAt = row?.erasedAt ?? at;
  return {
    ...identityOf(asset, 'asset.erased'),
    type: 'asset.erased',
    data: {
      batch,
      cause,
      keys: row === undefined ? [] : [row.keyId],
      eraseAt,
      erasedAt: erasedAt.toISOString(),
      ...(row === undefined ? {} : { epoch: row.epoch }),
      ...(request === undefined ? {} : { request }),
    },
    actor: ERASER,
    time: erasedAt,
    asset,
    subject,
  };
}

function certifiedDraft(
  erased: ErasedDraft,
  position: number,
  certificate: string,
): Draft<'erasure.certified'> {
  const { keys, erasedAt, request } = erased.data;
  return {
    ...erased,
    ...identityOf(erased.asset, 'erasure.certified'),
    type: 'erasure.certified',
    data: {
      certificate,
      method: 'cryptographic-erase',
      keys,
      erasedAt,
      position,
      ...(request === undefined ? {} : { request }),
    },
  };
}

/** Destroys the keys of profiles and removes their directory entries: the last trace of who somebody was. */
export async function eraseProfiles(
  { vault, directory, recorder, random }: Deps,
  { tenant, ...stamp }: TenantStamp,
  targets: readonly ErasureTarget[],
  at: Date,
): Promise<void> {
  for (const { asset, subject, request } of targets) {
    if (asset !== undefined || subject === undefined || request === undefined) continue;
    const rows = await vault.erase(tenant, [subjectScope(subject)], at);
    await directory.forget(tenant, subject);
    const erasedAt = (rows[0]?.erasedAt ?? at).toISOString();
    const keys = rows.map(({ keyId }) => keyId);
    const epoch = rows[0] === undefined ? {} : { epoch: rows[0].epoch };
    const data = { request, keys, ...epoch, erasedAt, certificate: random.uuidv7() };
    await recorder.record({ tenant, ...stamp }, [
      {
        ...identityOf(subject, 'account.erased'),
        type: 'account.erased',
        data,
        actor: ERASER,
        time: at,
        subject,
      },
    ]);
  }
}

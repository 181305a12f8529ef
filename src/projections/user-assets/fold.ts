import type { Db, RecordedEvent } from '../runner/view.ts';
import { create, erase, hide, NO_PII_ACTION, type AssetPatch } from './patch.ts';
import { writeAssets, writeLineage, type LineageRow } from './write.ts';
import { writeEnded } from './write-ended.ts';

/** Folds a batch into one patch an asset, then writes each table in one statement. */
export async function applyUserAssets(
  events: readonly RecordedEvent[],
  db: Db,
  schema: string,
): Promise<void> {
  const patches = new Map<string, AssetPatch>();
  const lineage: LineageRow[] = [];
  for (const event of events) fold(event, patches, lineage);
  await writeAssets([...patches.values()], db, schema);
  await writeLineage(lineage, db, schema);
  await writeEnded(
    events.filter(event => event.type === 'tenant.erased'),
    db,
    schema,
  );
}

function fold(event: RecordedEvent, patches: Map<string, AssetPatch>, lineage: LineageRow[]): void {
  const { tenant, asset } = event;
  if (asset === undefined) return;
  switch (event.type) {
    case 'upload.received':
    case 'generation.requested':
    case 'generation.completed':
    case 'generation.blocked':
      create(patchOf(patches, event, asset), event);
      if ('parents' in event.data) {
        for (const parent of event.data.parents ?? []) lineage.push({ tenant, parent, child: asset });
      }
      return;
    case 'pii.action-applied':
      patchOf(patches, event, asset).piiAction = event.data.action;
      return;
    case 'pii.cleared':
      patchOf(patches, event, asset).piiAction = NO_PII_ACTION;
      return;
    case 'asset.hidden':
      hide(patchOf(patches, event, asset), event);
      return;
    case 'asset.erased':
      erase(patchOf(patches, event, asset), event);
      return;
    case 'erasure.certified':
      patchOf(patches, event, asset).certificate ??= event.data.certificate;
      return;
    default:
      return;
  }
}

function patchOf(
  patches: Map<string, AssetPatch>,
  { tenant, subject, sealed }: RecordedEvent,
  asset: string,
): AssetPatch {
  const key = `${tenant}/${asset}`;
  let patch = patches.get(key);
  if (patch === undefined) {
    patch = { tenant, asset, status: 'visible', stored: false };
    patches.set(key, patch);
  }
  patch.subject ??= subject;
  if (sealed !== undefined) patch.stored = true;
  return patch;
}

import type { DeletionCause } from '../../../domain/events/erasure-events.ts';
import type { PiiAction } from '../../../domain/events/pii-events.ts';
import type { KeyState } from '../../../domain/ports/key-store.ts';
import type { Db } from '../../runner/view.ts';
import type { AssetKind, AssetStatus } from '../patch.ts';

export interface AssetRow {
  readonly asset: string;
  readonly subject: string | null;
  /** null, as the dates are, while only later events of the asset are known. */
  readonly kind: AssetKind | null;
  readonly modality: string | null;
  readonly model: string | null;
  readonly bytes: number | null;
  readonly mediaType: string | null;
  readonly createdAt: Date | null;
  /** Log position of the event that created it. */
  readonly position: number | null;
  readonly windowEnds: Date | null;
  readonly scheduledFor: Date | null;
  readonly eraseAt: Date | null;
  readonly status: AssetStatus;
  readonly stored: boolean;
  readonly piiAction: PiiAction | null;
  readonly hiddenAt: Date | null;
  readonly request: string | null;
  readonly cause: DeletionCause | null;
  readonly erasedAt: Date | null;
  readonly certificate: string | null;
  /** The key as it stands now: what decides, where the view lags behind. null: no such key. */
  readonly keyState: KeyState | null;
}

/** One asset in whatever state, beside the state of its key; undefined where the view has never seen it. */
export async function getAsset(db: Db, tenant: string, asset: string): Promise<AssetRow | undefined> {
  const { rows } = await db.query<AssetRow>(
    `select a.asset, a.subject, a.kind, a.modality, a.model, a.bytes, a.media_type as "mediaType",
            a.created_at as "createdAt", a.position, a.window_ends as "windowEnds",
            a.scheduled_for as "scheduledFor", a.erase_at as "eraseAt", a.status, a.stored,
            nullif(a.pii_action, 'none') as "piiAction", a.hidden_at as "hiddenAt", a.request, a.cause,
            a.erased_at as "erasedAt", a.certificate,
            (select k.state from keys.data_keys k where k.tenant = $1 and k.scope = 'asset/' || a.asset) as "keyState"
     from view_user_assets.assets a
     where a.tenant = $1 and a.asset = $2`,
    [tenant, asset],
  );
  return rows[0];
}

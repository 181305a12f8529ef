import type { PiiAction } from '../../../domain/events/pii-events.ts';
import type { Db } from '../../runner/view.ts';
import type { AssetKind } from '../patch.ts';

export interface ListedAsset {
  readonly asset: string;
  readonly kind: AssetKind;
  readonly modality: string | null;
  readonly model: string | null;
  readonly bytes: number | null;
  readonly mediaType: string | null;
  readonly createdAt: Date;
  readonly windowEnds: Date | null;
  readonly scheduledFor: Date | null;
  readonly eraseAt: Date | null;
  /** false where nothing of the content was ever kept. */
  readonly stored: boolean;
  readonly piiAction: Exclude<PiiAction, 'hide'> | null;
}

/** The last asset of a page: the next page begins behind it. */
export interface AssetCursor {
  readonly createdAt: Date;
  readonly asset: string;
}

export interface AssetPage {
  readonly cursor?: AssetCursor | undefined;
  readonly limit: number;
}

/**
 * The user's view, newest first: visible assets, without those that a PII action hides (promise 8). A deletion that was
 * acknowledged is fenced out by the state of the asset's key, and of the subject's for an account, even while the view
 * lags behind. The fences are scalar subqueries so that each is one look-up of the primary key, whatever the statistics.
 * `db` is a connection of `withTenant`.
 */
export async function listAssets(
  db: Db,
  tenant: string,
  subject: string,
  { cursor, limit }: AssetPage,
): Promise<ListedAsset[]> {
  const { rows } = await db.query<ListedAsset>(
    `select a.asset, a.kind, a.modality, a.model, a.bytes, a.media_type as "mediaType", a.created_at as "createdAt",
            a.window_ends as "windowEnds", a.scheduled_for as "scheduledFor", a.erase_at as "eraseAt", a.stored,
            nullif(a.pii_action, 'none') as "piiAction"
     from view_user_assets.assets a
     where a.tenant = $1 and a.subject = $2 and a.status = 'visible' and a.created_at is not null
       ${cursor === undefined ? '' : 'and (a.created_at, a.asset) < ($5, $6)'}
       and a.pii_action is distinct from 'hide'
       and (select k.state from keys.data_keys k where k.tenant = $1 and k.scope = 'asset/' || a.asset)
           in ('live', 'unstored')
       and coalesce((select k.state from keys.data_keys k where k.tenant = $1 and k.scope = $3), 'live')
           not in ('hidden', 'erased')
     order by a.created_at desc, a.asset desc
     limit $4`,
    [
      tenant,
      subject,
      `subject/${subject}`,
      limit,
      ...(cursor === undefined ? [] : [cursor.createdAt, cursor.asset]),
    ],
  );
  return rows;
}

import type { View } from '../runner/view.ts';
import { applyUserAssets } from './fold.ts';
import { userAssetsTables } from './table.ts';

/** The end user's assets: status, PII action, retention dates, lineage. */
export const userAssets: View = {
  name: 'user-assets',
  version: 1,
  tables: userAssetsTables,
  apply: applyUserAssets,
};

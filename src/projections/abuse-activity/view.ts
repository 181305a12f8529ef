import type { View } from '../runner/view.ts';
import { applyAbuseActivity } from './fold.ts';
import { abuseActivityTables } from './table.ts';

/** What each account did, deletions included: for investigators. Nothing of a sealed payload is in it. */
export const abuseActivity: View = {
  name: 'abuse-activity',
  version: 1,
  tables: abuseActivityTables,
  apply: applyAbuseActivity,
};

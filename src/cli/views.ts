import { abuseActivity } from '../projections/abuse-activity/view.ts';
import { abuseSignals } from '../projections/abuse-signals/view.ts';
import { auditTrail } from '../projections/audit-trail/view.ts';
import { casesView } from '../projections/cases/view.ts';
import { dataRequests } from '../projections/data-requests/view.ts';
import { disclosuresView } from '../projections/disclosures/view.ts';
import { erasureLedger } from '../projections/erasure-ledger/view.ts';
import { evidence } from '../projections/evidence/view.ts';
import { keyFence } from '../projections/key-fence/view.ts';
import { offboardings } from '../projections/offboardings/view.ts';
import { policies } from '../projections/policies/view.ts';
import { reports } from '../projections/reports/view.ts';
import type { View } from '../projections/runner/view.ts';
import { usage } from '../projections/usage/view.ts';
import { userAssets } from '../projections/user-assets/view.ts';

/** Every fold of the log that the service keeps. */
export const VIEWS: readonly View[] = [
  userAssets,
  erasureLedger,
  auditTrail,
  policies,
  usage,
  keyFence,
  dataRequests,
  offboardings,
  disclosuresView,
  evidence,
  reports,
  abuseActivity,
  abuseSignals,
  casesView,
];

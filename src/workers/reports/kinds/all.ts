import type { ReportKinds } from '../plan.ts';
import { planAccess } from './access.ts';
import { planAccessLog } from './access-log.ts';
import { planConfirmation } from './confirmation.ts';
import { planDpaEvidence } from './dpa-evidence.ts';
import { planErasureCertificate, planErasureReceipt } from './erasure.ts';
import { planHold } from './hold.ts';
import { planPortability } from './portability.ts';
import { planResidency } from './residency.ts';
import { planRetention } from './retention.ts';
import { planRopa } from './ropa.ts';
import { planSoc2 } from './soc2-evidence.ts';
import { planStatementOfReasons } from './statement-of-reasons.ts';

/** What each kind of report says and rests on. */
export const REPORT_PLANS: ReportKinds = {
  access: planAccess,
  portability: planPortability,
  'erasure-receipt': planErasureReceipt,
  'erasure-certificate': planErasureCertificate,
  'dpa-evidence': planDpaEvidence,
  ropa: planRopa,
  retention: planRetention,
  'access-log': planAccessLog,
  'soc2-evidence': planSoc2,
  'statement-of-reasons': planStatementOfReasons,
  hold: planHold,
  residency: planResidency,
  confirmation: planConfirmation,
};

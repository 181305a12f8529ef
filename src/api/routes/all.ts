import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import { standingGate } from '../standing-gate.ts';
import { abuseEntityRoutes } from './abuse-entities.ts';
import { abuseRuleRoutes } from './abuse-rules.ts';
import { abuseSignalRoutes } from './abuse-signals.ts';
import { abuseSubjectRoutes } from './abuse-subjects.ts';
import { abuseTimelineRoutes } from './abuse-timeline.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { assetRoutes } from './assets.ts';
import { auditRoutes } from './audit.ts';
import { caseAccessRoutes } from './case-access.ts';
import { caseStepRoutes } from './case-steps.ts';
import { caseRoutes } from './cases.ts';
import { crossTenantAuditRoutes } from './cross-tenant-audit.ts';
import { certificateRoutes } from './certificates.ts';
import { dataRequestRoutes } from './data-requests.ts';
import { dataRequestStepRoutes } from './data-request-steps.ts';
import { deletionRequestRoutes } from './deletion-requests.ts';
import { disclosureRoutes } from './disclosures.ts';
import { eventRoutes } from './events.ts';
import { heldRoutes } from './held.ts';
import { holdRoutes } from './holds.ts';
import { logProofRoutes } from './log-proofs.ts';
import { logRoutes } from './log.ts';
import { offboardingRoutes } from './offboarding.ts';
import { promiseRoutes } from './promises.ts';
import { purposeRoutes } from './purposes.ts';
import { reportRoutes } from './reports.ts';
import { subjectRoutes } from './subjects.ts';
import { subprocessorRoutes } from './subprocessors.ts';
import { tenantListRoutes } from './tenant-list.ts';
import { tenantRoutes } from './tenants.ts';
import { termsRoutes } from './terms.ts';
import { usageRoutes } from './usage.ts';

/** Every route under /v1. */
export const allRoutes = (services: Services): RouteGroup[] => [
  // First: a hook stands before the routes that come after it.
  standingGate(services.standings),
  tenantRoutes(services),
  apiKeyRoutes(services),
  eventRoutes(services),
  subjectRoutes(services),
  assetRoutes(services),
  deletionRequestRoutes(services),
  certificateRoutes(services),
  holdRoutes(services),
  heldRoutes(services),
  caseRoutes(services),
  caseStepRoutes(services),
  caseAccessRoutes(services),
  auditRoutes(services),
  crossTenantAuditRoutes(services),
  abuseSubjectRoutes(services),
  abuseTimelineRoutes(services),
  abuseEntityRoutes(services),
  abuseSignalRoutes(services),
  abuseRuleRoutes(services),
  usageRoutes(services),
  logRoutes(services),
  logProofRoutes(services),
  reportRoutes(services),
  dataRequestRoutes(services),
  dataRequestStepRoutes(services),
  purposeRoutes(services),
  offboardingRoutes(services),
  tenantListRoutes(services),
  promiseRoutes(services),
  disclosureRoutes(services),
  subprocessorRoutes(services),
  termsRoutes(services),
];

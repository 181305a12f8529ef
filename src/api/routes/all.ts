import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import { apiKeyRoutes } from './api-keys.ts';
import { assetRoutes } from './assets.ts';
import { auditRoutes } from './audit.ts';
import { deletionRequestRoutes } from './deletion-requests.ts';
import { eventRoutes } from './events.ts';
import { holdRoutes } from './holds.ts';
import { subjectRoutes } from './subjects.ts';
import { tenantRoutes } from './tenants.ts';
import { usageRoutes } from './usage.ts';

/** Every route under /v1. */
export const allRoutes = (services: Services): RouteGroup[] => [
  tenantRoutes(services),
  apiKeyRoutes(services),
  eventRoutes(services),
  subjectRoutes(services),
  assetRoutes(services),
  deletionRequestRoutes(services),
  holdRoutes(services),
  auditRoutes(services),
  usageRoutes(services),
];

import type { Pool } from 'pg';
import type { Services } from '../api/services.ts';
import { caughtUp } from '../application/caught-up.ts';
import { createDataRequests } from '../application/dsr/data-requests.ts';
import type { RequestsLogDeps } from '../application/dsr/requests-log.ts';
import { createOffboardings } from '../application/offboarding/offboarding.ts';
import type { Standings } from '../application/offboarding/standing.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Preservation } from '../application/preservation.ts';
import { createPurposes } from '../application/purposes.ts';
import type { ReportRequests } from '../application/report-requests.ts';
import { createTraining } from '../application/training.ts';
import { createTenantEnd } from '../application/vault/tenant-end.ts';
import type { Metrics } from '../platform/metrics.ts';
import { createPostgresTenantKeyStore } from '../platform/postgres/tenant-key-store.ts';
import { listDataRequests } from '../projections/data-requests/queries.ts';
import { withTenant } from '../projections/runner/tenant.ts';
import type { Stores } from './stores.ts';

interface Base extends RequestsLogDeps {
  readonly preservation: Preservation;
  readonly views: ViewIndex;
}

type Rights = Pick<
  Services,
  'dataRequests' | 'dataRequestList' | 'training' | 'purposes' | 'offboardings' | 'standings'
>;

interface RightsOptions {
  readonly stores: Stores;
  readonly metrics: Metrics;
  readonly reports: ReportRequests;
  readonly standings: Standings;
  readonly deletions: Services['deletions'];
  readonly accounts: Services['accounts'];
}

/** The rights of people, uses for training, and the end of a tenant. */
export function composeRights(base: Base, options: RightsOptions): Rights {
  const { stores, metrics, reports, standings, deletions, accounts } = options;
  const { vault, keys, kms, writer, serving, pendingDays } = stores;
  const tenantEnd = createTenantEnd({
    kms,
    clock: base.clock,
    tenantKeys: createPostgresTenantKeyStore({ writer }),
    vaults: [vault, serving.vault],
    pendingDays,
  });
  return {
    standings,
    dataRequests: createDataRequests({ ...base, vault, keys, reports, deletions, accounts }),
    dataRequestList: listOf(base, stores.reader),
    training: createTraining({
      ...base,
      onDecided: decision =>
        metrics.trainingDecisions.inc({ outcome: decision.use ? 'used' : decision.reason }),
    }),
    purposes: createPurposes(base),
    offboardings: createOffboardings({
      ...base,
      reports,
      standings,
      keys: tenantEnd,
      epochs: stores.epochs.store,
      survivors: stores.epochs.survivors,
    }),
  };
}

/** Whoever was just told the id of a request finds it: the views are waited for. */
const listOf =
  ({ views, log, tenants, clock }: Base, reader: Pool): Services['dataRequestList'] =>
  async (tenant, page) => {
    await tenants.get(tenant);
    await caughtUp({ views, log });
    return withTenant(reader, tenant, db => listDataRequests(db, tenant, { ...page, now: clock.now() }));
  };

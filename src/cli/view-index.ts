import type { Pool } from 'pg';
import type { ViewIndex } from '../application/ports.ts';
import { LetheError } from '../domain/errors.ts';
import type { Clock } from '../domain/ports/clock.ts';
import {
  countOverdue,
  tenantsWithExpiredHolds,
} from '../projections/erasure-ledger/queries/overdue-count.ts';
import { countOverdueDataRequests, openDataRequests } from '../projections/data-requests/queries.ts';
import { tenantsWithOpenBatches } from '../projections/erasure-ledger/queries/open-batches.ts';
import { oldestBeforeHorizon } from '../projections/erasure-ledger/queries/oldest-before-horizon.ts';
import { openAccountDeletions } from '../projections/erasure-ledger/queries/requests.ts';
import { tenantsBeingOffboarded } from '../projections/offboardings/queries.ts';
import type { Reached } from '../projections/runner/checkpoint-watch.ts';
import { withTenant } from '../projections/runner/tenant.ts';
import { descendants, parentsAmong } from '../projections/user-assets/queries/descendants.ts';
import { dueAssets } from '../projections/user-assets/queries/due-assets.ts';
import { latestTenantWindow } from '../projections/user-assets/queries/of-tenant.ts';
import { latestWindowEnd, unerasedAssets } from '../projections/user-assets/queries/of-subject.ts';

interface Deps {
  readonly writer: Pool;
  readonly reader: Pool;
  readonly clock: Clock;
  readonly reached: Reached;
}

/** Answers the use cases' questions from the views. */
export function createViewIndex({ writer, reader, clock, reached }: Deps): ViewIndex {
  return {
    dueAssets: (before, limit, after) => dueAssets(writer, before, limit, after),
    tenantsWithOpenBatches: () => tenantsWithOpenBatches(writer),
    unerasedAssets: (tenant, subject, after, limit) =>
      withTenant(reader, tenant, db => unerasedAssets(db, tenant, subject, after, limit)),
    latestWindowEnd: (tenant, subject) =>
      withTenant(reader, tenant, db => latestWindowEnd(db, tenant, subject)),
    descendants: (tenant, asset) =>
      withTenant(reader, tenant, async db =>
        (await descendants(db, tenant, asset)).map(found => found.asset),
      ),
    parentsAmong: (tenant, assets) => withTenant(reader, tenant, db => parentsAmong(db, tenant, assets)),
    openAccountDeletions: (limit, after) => openAccountDeletions(writer, limit, after?.position),
    countOverdue: () => countOverdue(writer, clock.now()),
    latestTenantWindow: tenant => withTenant(reader, tenant, db => latestTenantWindow(db, tenant)),
    openDataRequests: (limit, after) => openDataRequests(writer, limit, after),
    countOverdueDataRequests: () => countOverdueDataRequests(writer, clock.now()),
    tenantsBeingOffboarded: () => tenantsBeingOffboarded(writer),
    oldestBeforeHorizon: () => oldestBeforeHorizon(writer),
    tenantsWithExpiredHolds: () => tenantsWithExpiredHolds(writer, clock.now()),
    reached: async (position, timeoutMs) => {
      if (await reached(position, timeoutMs)) return;
      throw new LetheError('view-behind', 'the views have not caught up with that position yet');
    },
  };
}

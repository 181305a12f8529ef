import type { Pool } from 'pg';
import { caughtUp } from '../application/caught-up.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import {
  listPreserved,
  type PreservedAsset,
  type PreservedPage,
} from '../projections/erasure-ledger/queries/preserved.ts';
import { withTenant } from '../projections/runner/tenant.ts';

/** What holds keep, from the views up to the head of the log. */
export interface HoldSight {
  preserved(tenant: string, page: Omit<PreservedPage, 'now'>): Promise<PreservedAsset[]>;
}

interface Deps {
  readonly reader: Pool;
  readonly log: Pick<EventLog, 'head'>;
  readonly views: Pick<ViewIndex, 'reached'>;
  readonly clock: Clock;
}

export const createHoldSight = ({ reader, log, views, clock }: Deps): HoldSight => ({
  preserved: async (tenant, page) => {
    await caughtUp({ views, log });
    return withTenant(reader, tenant, db => listPreserved(db, tenant, { ...page, now: clock.now() }));
  },
});

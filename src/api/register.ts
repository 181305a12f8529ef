import type { Pool } from 'pg';
import { CATCH_UP_MS, caughtUp } from '../application/caught-up.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Tenants } from '../application/tenants.ts';
import type { ClauseResult } from '../domain/policy/clause-result.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { Clock } from '../domain/ports/clock.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import {
  listDisclosures,
  listTerms,
  subprocessorChanges,
  type DisclosureRow,
  type SubprocessorChange,
  type TermsRow,
} from '../projections/disclosures/queries.ts';
import { unannounced } from '../projections/disclosures/register.ts';
import { listTenants, type TenantRow } from '../projections/policies/queries.ts';
import { evaluatePromises } from '../projections/promises/evaluate.ts';
import { withTenant } from '../projections/runner/tenant.ts';

export interface Promises {
  /** Position and time of the log that all results count up to. */
  readonly position: number;
  readonly at: Date;
  readonly clauses: readonly ClauseResult[];
}

export interface Subprocessors {
  /** As the policy in force names them. */
  readonly listed: Policy['subprocessors'];
  readonly changes: readonly SubprocessorChange[];
  /** Named by the policy though no change announced them. */
  readonly unannounced: Policy['subprocessors'];
}

/** What has been promised and disclosed, as the views have it up to the head of the log. */
export interface Register {
  promises(tenant: string, all: boolean): Promise<Promises>;
  disclosures(
    tenant: string,
    page: { readonly cursor: number | undefined; readonly limit: number },
  ): Promise<DisclosureRow[]>;
  subprocessors(tenant: string): Promise<Subprocessors>;
  terms(tenant: string): Promise<TermsRow[]>;
  /** Every tenant of the cell. */
  tenants(): Promise<TenantRow[]>;
}

interface Deps {
  readonly reader: Pool;
  /** Crosses tenants. */
  readonly writer: Pool;
  readonly log: Pick<EventLog, 'head'>;
  readonly views: Pick<ViewIndex, 'reached'>;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly clock: Clock;
  /** Puts on record what this process has only counted so far. */
  readonly settle: () => Promise<unknown>;
}

export function createRegister({ reader, writer, log, views, tenants, clock, settle }: Deps): Register {
  const settled = async (tenant: string): Promise<number> => {
    await tenants.get(tenant);
    const position = await log.head();
    await views.reached(position, CATCH_UP_MS);
    return position;
  };

  return {
    promises: async (tenant, all) => {
      await settle();
      const position = await settled(tenant);
      const at = clock.now();
      const clauses = await withTenant(reader, tenant, db =>
        evaluatePromises(db, tenant, { now: at, position, all }),
      );
      return { position, at, clauses };
    },
    disclosures: async (tenant, page) => {
      await settled(tenant);
      return withTenant(reader, tenant, db => listDisclosures(db, tenant, page));
    },
    subprocessors: async tenant => {
      await settled(tenant);
      const listed = (await tenants.get(tenant)).policy.subprocessors;
      const changes = await withTenant(reader, tenant, db => subprocessorChanges(db, tenant));
      return { listed, changes, unannounced: unannounced(listed, changes) };
    },
    terms: async tenant => {
      await settled(tenant);
      return withTenant(reader, tenant, db => listTerms(db, tenant));
    },
    tenants: async () => {
      await caughtUp({ views, log });
      return listTenants(writer);
    },
  };
}

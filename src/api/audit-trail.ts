import type { Pool } from 'pg';
import type { Recorder } from '../application/recorder.ts';
import { stampOf, type Tenants } from '../application/tenants.ts';
import type { Actor } from '../domain/events/envelope.ts';
import type { Clock } from '../domain/ports/clock.ts';
import { countAudit, type AuditCount, type AuditDays } from '../projections/audit-trail/counts.ts';
import type { AuditFilter } from '../projections/audit-trail/filter.ts';
import {
  auditedTenants,
  listAudit,
  type AuditEntry,
  type AuditList,
  type AuditPage,
} from '../projections/audit-trail/query.ts';
import { withTenant } from '../projections/runner/tenant.ts';

/** The audit trail of one tenant, or across them. */
export interface AuditTrail {
  list(tenant: string, filter: AuditFilter, page: AuditPage): Promise<AuditList>;
  counts(tenant: string, filter: AuditDays): Promise<AuditCount[]>;
  /**
   * Entries of the named tenants, or of all; `limit` is what the caller is shown. The read is on record in the trail of
   * each tenant that it shows an entry of before it resolves (promise 18), with how many.
   */
  across(
    tenants: readonly string[] | undefined,
    filter: AuditFilter,
    page: AuditPage,
    reader: Actor,
  ): Promise<AuditList>;
}

interface Deps {
  /** Sees one tenant at a time. */
  readonly reader: Pool;
  /** Sees all of them. */
  readonly writer: Pool;
  readonly recorder: Recorder;
  readonly tenants: Pick<Tenants, 'get'>;
  readonly clock: Clock;
}

export function createAuditTrail({ reader, writer, recorder, tenants, clock }: Deps): AuditTrail {
  const record = async (tenant: string, returned: number, actor: Actor): Promise<void> => {
    const data = { records: 'audit-trail', returned } as const;
    const stamp = stampOf(await tenants.get(tenant));
    await recorder.record(stamp, [{ type: 'records.viewed', data, actor, time: clock.now() }]);
  };
  return {
    list: (tenant, filter, page) => withTenant(reader, tenant, db => listAudit(db, [tenant], filter, page)),
    counts: (tenant, filter) => withTenant(reader, tenant, db => countAudit(db, tenant, filter)),
    across: async (named, filter, page, actor) => {
      const list = await listAudit(writer, named ?? (await auditedTenants(writer)), filter, {
        ...page,
        limit: page.limit + 1,
      });
      const shown = list.entries.slice(0, page.limit);
      const returned = Map.groupBy(shown, ({ tenant }: AuditEntry) => tenant);
      await Promise.all([...returned].map(([tenant, entries]) => record(tenant, entries.length, actor)));
      return list;
    },
  };
}

import type { FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { LIMITS } from '../../domain/limits.ts';
import type { AuditFilter } from '../../projections/audit-trail/filter.ts';
import type { AuditEntry, AuditPage } from '../../projections/audit-trail/query.ts';
import { auditEntry, auditFilter, auditPage, auditQuery, filterOf, placeOf } from '../audit-schemas.ts';
import type { AuditTrail } from '../audit-trail.ts';
import { callerOf } from '../callers.ts';
import { CSV_TYPE, sendCsv } from '../csv-out.ts';
import { NDJSON_TYPE } from '../ndjson.ts';
import { sendNdjson } from '../ndjson-out.ts';
import { pageFrom } from '../pages.ts';
import { tellPosition } from '../positions.ts';
import { pageOf, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/audit';
const tags = ['audit'];
const config = { roles: ['tenant-admin', 'dpo', 'auditor', 'operator'] } as const;
const day = z.iso.date().transform(text => new Date(text));
const COLUMNS = Object.keys(auditEntry.shape) as (keyof z.infer<typeof auditEntry>)[];

/** The trail by any of its filters together: pages either way by time, all of it as NDJSON or CSV, counts by day. */
export const auditRoutes =
  ({ audit, records }: Pick<Services, 'audit' | 'records'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    routes.get(
      URL,
      {
        config,
        schema: {
          tags,
          summary: 'The audit trail; all of it with Accept: application/x-ndjson or text/csv',
          params: tenantParams,
          querystring: auditQuery,
          response: { 200: pageOf(auditEntry) },
        },
      },
      async (request, reply) => {
        const { tenant } = request.params;
        const filter = filterOf(request.query);
        const page = auditPage(request.query);
        await records.viewed(tenant, { actor: callerOf(request).actor, records: 'audit-trail' });
        const all = everything(audit, tenant, filter, { order: 'oldest-first', ...page });
        if (accepts(request, NDJSON_TYPE)) return sendNdjson(reply, all);
        if (accepts(request, CSV_TYPE)) return sendCsv(reply, COLUMNS, all);
        const { entries, asOf } = await audit.list(tenant, filter, { ...page, limit: page.limit + 1 });
        return tellPosition(reply, asOf).send(pageFrom(entries, page.limit, entry => placeOf(entry, asOf)));
      },
    );

    const count = auditEntry
      .pick({ action: true, outcome: true })
      .extend({ day: z.string(), events: z.int() });
    routes.get(
      `${URL}/counts`,
      {
        config,
        schema: {
          tags,
          summary: 'Events a day, action and outcome; days are UTC, the first and the last included',
          params: tenantParams,
          querystring: auditFilter.extend({ from: day.optional(), to: day.optional() }),
          response: { 200: z.object({ days: z.array(count) }) },
        },
      },
      async request => {
        const { tenant } = request.params;
        await records.viewed(tenant, { actor: callerOf(request).actor, records: 'audit-trail' });
        return { days: await audit.counts(tenant, request.query) };
      },
    );
  };

const accepts = ({ headers }: FastifyRequest, type: string): boolean =>
  headers.accept?.includes(type) === true;

async function* everything(
  audit: Pick<AuditTrail, 'list'>,
  tenant: string,
  filter: AuditFilter,
  from: AuditPage,
): AsyncGenerator<readonly AuditEntry[]> {
  const limit = LIMITS.pageMaximum;
  let { cursor } = from;
  for (;;) {
    const { entries, asOf } = await audit.list(tenant, filter, { ...from, cursor, limit });
    yield entries;
    const last = entries.at(-1);
    if (entries.length < limit || last === undefined) return;
    cursor = { time: last.time, position: last.position, asOf };
  }
}

import type { FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { LIMITS } from '../../domain/limits.ts';
import type { AuditEntry, AuditFilter } from '../../projections/audit-trail/query.ts';
import { callerOf } from '../callers.ts';
import { pageFrom } from '../pages.ts';
import { NDJSON_TYPE } from '../ndjson.ts';
import { sendNdjson } from '../ndjson-out.ts';
import { instant, pageOf, pageQuery, positionCursor, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const text = z.string().min(1).max(LIMITS.identifierLength).optional();
const query = pageQuery.extend({
  actor: text,
  action: text.meta({ description: 'an event type' }),
  target: text.meta({ description: 'an asset, a subject reference, a key or a hold' }),
  from: instant.optional(),
  to: instant.optional(),
});
const entry = z.object({
  position: z.int(),
  time: z.date(),
  action: z.string(),
  actorKind: z.string(),
  actor: z.string(),
  role: z.string().nullable(),
  target: z.string().nullable(),
  outcome: z.enum(['ok', 'denied']),
  purpose: z.string().nullable(),
});

/** Every event by actor, action, target and time: pages newest first, or all of it oldest first as NDJSON. */
export const auditRoutes =
  ({ records }: Pick<Services, 'records'>): RouteGroup =>
  app => {
    app.withTypeProvider<ZodTypeProvider>().get(
      '/v1/tenants/:tenant/audit',
      {
        config: { roles: ['tenant-admin', 'dpo', 'auditor', 'operator'] },
        schema: {
          tags: ['audit'],
          summary: 'The audit trail; with Accept: application/x-ndjson all of it, oldest first',
          params: tenantParams,
          querystring: query,
          response: { 200: pageOf(entry) },
        },
      },
      async (request, reply) => {
        const { tenant } = request.params;
        const { actor, action, target, from, to } = request.query;
        const filter = { actor, action, target, from, to };
        const { cursor, limit } = positionCursor(request.query);
        await records.viewed(tenant, { actor: callerOf(request).actor, records: 'audit-trail' });
        if (wantsNdjson(request)) return sendNdjson(reply, everything(records, tenant, filter, cursor));
        const found = await records.audit(tenant, filter, { cursor, limit: limit + 1 });
        return reply.send(pageFrom(found, limit, ({ position }) => position));
      },
    );
  };

const wantsNdjson = ({ headers }: FastifyRequest): boolean => headers.accept?.includes(NDJSON_TYPE) === true;

async function* everything(
  records: Pick<Services['records'], 'audit'>,
  tenant: string,
  filter: AuditFilter,
  after: number | undefined,
): AsyncGenerator<readonly AuditEntry[]> {
  let cursor = after;
  for (;;) {
    const found = await records.audit(tenant, filter, {
      cursor,
      limit: LIMITS.pageMaximum,
      order: 'oldest-first',
    });
    yield found;
    if (found.length < LIMITS.pageMaximum) return;
    cursor = found.at(-1)?.position;
  }
}

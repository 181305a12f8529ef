import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { opaqueId, uuid } from '../../domain/events/fields.ts';
import { auditEntry, auditPage, auditQuery, filterOf, placeOf } from '../audit-schemas.ts';
import { callerOf } from '../callers.ts';
import { pageFrom } from '../pages.ts';
import { tellPosition } from '../positions.ts';
import { instant, pageOf } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const tags = ['audit across tenants'];
const entry = auditEntry.extend({ tenant: uuid });

/** The trails of all tenants, for the one role that says so; the operator hands out its keys and may not look. */
export const crossTenantAuditRoutes =
  ({ audit, crossTenantKeys }: Pick<Services, 'audit' | 'crossTenantKeys'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    routes.get(
      '/v1/audit',
      {
        config: { roles: ['cross-tenant-auditor'] },
        schema: {
          tags,
          summary: 'The audit trails of all tenants, or of one; each tenant sees the read in its own trail',
          querystring: auditQuery.extend({ tenant: uuid.optional() }),
          response: { 200: pageOf(entry) },
        },
      },
      async (request, reply) => {
        const { tenant, ...query } = request.query;
        const [filter, page] = [filterOf(query), auditPage(query)];
        const tenants = tenant === undefined ? undefined : [tenant];
        const { entries, asOf } = await audit.across(tenants, filter, page, callerOf(request).actor);
        return tellPosition(reply, asOf).send(pageFrom(entries, page.limit, last => placeOf(last, asOf)));
      },
    );

    const operator = { roles: ['operator'] } as const;
    const body = z.strictObject({ role: z.literal('cross-tenant-auditor'), expiresAt: instant });
    const summary = 'Issue a key that reads the audit trails of all tenants, for 90 days at most';
    routes.post(
      '/v1/api-keys',
      {
        config: operator,
        schema: { tags, summary, body, response: { 201: z.object({ id: z.string(), key: z.string() }) } },
      },
      async (request, reply) => {
        const { id, key } = await crossTenantKeys.issue(request.body.expiresAt, callerOf(request).actor);
        const text = key.reveal().toString('utf8');
        key.wipe();
        return reply.header('cache-control', 'no-store').code(201).send({ id, key: text });
      },
    );

    const revoke = { tags, summary: 'Revoke such a key; no node takes it for longer than two seconds' };
    const params = z.object({ key: opaqueId });
    routes.delete(
      '/v1/api-keys/:key',
      {
        config: operator,
        schema: { ...revoke, params, response: { 200: z.object({ id: z.string() }) } },
      },
      async request => {
        const { key: id } = request.params;
        await crossTenantKeys.revoke(id, callerOf(request).actor);
        return { id };
      },
    );
  };

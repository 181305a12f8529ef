import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { opaqueId, outsideSubject } from '../../domain/events/fields.ts';
import { CELL_ROLES, ROLES } from '../../domain/ports/credentials.ts';
import { callerOf } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { rotateKeyRoute } from './rotate-key.ts';
import { instant, pageOf, position, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const role = z.enum(ROLES).exclude(CELL_ROLES);
const summary = z.object({
  id: z.string(),
  role: z.enum(ROLES),
  createdAt: z.date(),
  expiresAt: z.date().nullable(),
  revokedAt: z.date().nullable(),
  lastUsedAt: z.date().nullable().meta({ description: 'to the minute; null: not yet of use' }),
  previousUntil: z
    .date()
    .nullable()
    .meta({ description: 'until when the secret before the last rotation is good' }),
});

/** API keys of a tenant. */
export const apiKeyRoutes =
  ({ credentials }: Pick<Services, 'credentials'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const tags = ['api keys'];
    const config = { roles: ['operator', 'tenant-admin'] } as const;

    routes.post(
      '/v1/tenants/:tenant/api-keys',
      {
        config,
        schema: {
          tags,
          summary: 'Issue an API key; the answer is the only time that it is shown',
          params: tenantParams,
          body: z.strictObject({
            role,
            subject: outsideSubject.optional().meta({ description: 'for role subject: whom it speaks for' }),
            expiresAt: instant.optional(),
          }),
          response: { 201: z.object({ id: z.string(), key: z.string(), position }) },
        },
      },
      async (request, reply) => {
        const { role, subject, expiresAt } = request.body;
        const order = { role, outsideSubject: subject, expiresAt };
        const issued = await credentials.issue(request.params.tenant, order, callerOf(request).actor);
        const key = issued.key.reveal().toString('utf8');
        issued.key.wipe();
        return tellPosition(reply, issued.position)
          .header('cache-control', 'no-store')
          .code(201)
          .send({ id: issued.id, key, position: issued.position });
      },
    );

    routes.get(
      '/v1/tenants/:tenant/api-keys',
      {
        config,
        schema: {
          tags,
          summary: 'Keys without their secrets',
          params: tenantParams,
          response: { 200: pageOf(summary) },
        },
      },
      async ({ params }) => {
        const keys = await credentials.list(params.tenant);
        return {
          items: keys.map(({ previous, ...key }) => ({ ...key, previousUntil: previous?.until ?? null })),
        };
      },
    );

    rotateKeyRoute(app, credentials);

    routes.delete(
      '/v1/tenants/:tenant/api-keys/:key',
      {
        config,
        schema: {
          tags,
          summary: 'Revoke a key; no node takes it for longer than two seconds',
          params: tenantParams.extend({ key: opaqueId }),
          response: { 200: z.object({ id: z.string(), position }) },
        },
      },
      async (request, reply) => {
        const { tenant, key: id } = request.params;
        const { position } = await credentials.revoke(tenant, id, callerOf(request).actor);
        return tellPosition(reply, position).send({ id, position });
      },
    );
  };

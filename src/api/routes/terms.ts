import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { label, uuid } from '../../domain/events/fields.ts';
import { callerOf } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { position, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/terms';
const tags = ['terms'];
const order = z.strictObject({ contract: label.meta({ description: 'reference of the contract' }) });
const shown = z.object({
  proposal: z.string(),
  contract: z.string(),
  proposedBy: z.string(),
  proposedAt: z.date().nullable(),
  approvedBy: z.string().nullable(),
  negotiatedAt: z.date().nullable(),
  position: z.int(),
});

/** Negotiated terms: one person proposes, another approves (promise 12). */
export const termsRoutes =
  ({ register, terms }: Pick<Services, 'register' | 'terms'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const roles = ['tenant-admin', 'dpo', 'operator'] as const;
    routes.post(
      URL,
      {
        config: { roles },
        schema: {
          ...{ tags, summary: 'Propose terms', params: tenantParams, body: order },
          response: { 201: z.object({ id: uuid, position }) },
        },
      },
      async (request, reply) => {
        const { params, body } = request;
        const { proposal: id, position: at } = await terms.propose(
          params.tenant,
          body.contract,
          callerOf(request).actor,
        );
        return tellPosition(reply, at).code(201).send({ id, position: at });
      },
    );

    routes.post(
      `${URL}/:proposal/approve`,
      {
        config: { roles },
        schema: {
          ...{ tags, summary: 'Approve terms that somebody else proposed' },
          params: tenantParams.extend({ proposal: uuid }),
          response: { 200: z.object({ position }) },
        },
      },
      async (request, reply) => {
        const { tenant, proposal } = request.params;
        const { position: at } = await terms.approve(tenant, proposal, callerOf(request).actor);
        return tellPosition(reply, at).send({ position: at });
      },
    );

    routes.get(
      URL,
      {
        config: { roles: [...roles, 'auditor'] },
        schema: {
          ...{ tags, summary: 'Terms proposed and negotiated', params: tenantParams },
          response: { 200: z.object({ items: z.array(shown) }) },
        },
      },
      async ({ params: { tenant } }) => ({
        items: (await register.terms(tenant)).map(row => ({ ...row })),
      }),
    );
  };

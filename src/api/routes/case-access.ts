import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { uuid } from '../../domain/events/fields.ts';
import { callerOf } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import { accessOrder, accessParams, caseParams, receipt, revealedAsset } from './case-schemas.ts';

const URL = '/v1/tenants/:tenant/cases/:case/access-requests';
const tags = ['cases'];
const stepOf = (summary: string) => ({ tags, summary, params: accessParams, response: { 200: receipt } });

/** Break-glass: asked for, approved by somebody else, opened for a stated time, each step on record (promises 25, 39). */
export const caseAccessRoutes =
  ({ caseAccess }: Pick<Services, 'caseAccess'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const investigator = { roles: ['investigator'] } as const;
    const approver = { roles: ['investigator', 'dpo', 'tenant-admin'] } as const;

    const ask = {
      tags,
      summary: 'Ask to see one asset that the case links',
      params: caseParams,
      body: accessOrder,
    };
    routes.post(
      URL,
      { config: investigator, schema: { ...ask, response: { 201: receipt.extend({ request: uuid }) } } },
      async (request, reply) => {
        const { tenant, case: id } = request.params;
        const asked = await caseAccess.request(tenant, id, request.body, callerOf(request).actor);
        return tellPosition(reply, asked.position).code(201).send(asked);
      },
    );

    const approve = stepOf('Approve an access that somebody else asked for: its time begins');
    routes.post(`${URL}/:request/approve`, { config: approver, schema: approve }, async (request, reply) => {
      const { tenant, case: id, request: asked } = request.params;
      const done = await caseAccess.approve(tenant, id, asked, callerOf(request).actor);
      return tellPosition(reply, done.position).send(done);
    });

    const close = stepOf('Decline an access, or give it back before its time');
    routes.post(`${URL}/:request/close`, { config: approver, schema: close }, async (request, reply) => {
      const { tenant, case: id, request: asked } = request.params;
      const done = await caseAccess.close(tenant, id, asked, callerOf(request).actor);
      return tellPosition(reply, done.position).send(done);
    });

    const reveal = stepOf('See the asset: on record before anything opens');
    routes.post(
      `${URL}/:request/reveal`,
      { config: investigator, schema: { ...reveal, response: { 200: revealedAsset } } },
      async (request, reply) => {
        const { tenant, case: id, request: asked } = request.params;
        const { events, ...shown } = await caseAccess.reveal(tenant, id, asked, callerOf(request).actor);
        reply.header('cache-control', 'no-store');
        return tellPosition(reply, shown.position).send({
          ...shown,
          events: events.map(event => ({ ...event })),
        });
      },
    );
  };

import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DSR_ROUTES, REFUSAL_GROUNDS } from '../../domain/events/dsr-events.ts';
import { uuid } from '../../domain/events/fields.ts';
import { callerOf } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import { answerOf, dataRequestAnswer } from './data-request-schemas.ts';

const URL = '/v1/tenants/:tenant/data-requests/:request';
const params = tenantParams.extend({ request: uuid });
const response = { 200: dataRequestAnswer };

const handOver = z.strictObject({ to: z.enum(DSR_ROUTES) });
const verdict = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('fulfilled') }),
  z.strictObject({ outcome: z.literal('refused'), ground: z.enum(REFUSAL_GROUNDS) }),
]);
const extension = z.strictObject({
  months: z.int().min(1).max(2),
  reason: z.enum(['complexity', 'number-of-requests']),
});

/** What people decide about a data request: whose turn it is, what becomes of it, how long it may take. */
export const dataRequestStepRoutes =
  ({ dataRequests }: Pick<Services, 'dataRequests'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const config = { roles: ['tenant-admin', 'dpo'] } as const;
    const schemaOf = (summary: string) => ({ tags: ['data requests'], summary, params, response });

    routes.post(
      `${URL}/hand-over`,
      {
        config,
        schema: { ...schemaOf('Hand it over: to the platform, which then acts by itself'), body: handOver },
      },
      async (request, reply) => {
        const { tenant, request: id } = request.params;
        const found = await dataRequests.handOver(tenant, id, request.body.to, callerOf(request).actor);
        return tellPosition(reply, found.position).send(answerOf(found));
      },
    );

    const fulfil = schemaOf('Fulfil it: Lethe does what is asked; or refuse it, on a stated ground');
    routes.post(`${URL}/fulfil`, { config, schema: { ...fulfil, body: verdict } }, async (request, reply) => {
      const { tenant, request: id } = request.params;
      const found = await dataRequests.conclude(tenant, id, request.body, callerOf(request).actor);
      return tellPosition(reply, found.position).send(answerOf(found));
    });

    const extend = schemaOf('Extend its date by one or two further months, with the reason');
    routes.post(
      `${URL}/extend`,
      { config, schema: { ...extend, body: extension } },
      async (request, reply) => {
        const { tenant, request: id } = request.params;
        const found = await dataRequests.extend(tenant, id, request.body, callerOf(request).actor);
        return tellPosition(reply, found.position).send(answerOf(found));
      },
    );
  };

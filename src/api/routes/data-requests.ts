import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { uuid } from '../../domain/events/fields.ts';
import { callerOf, findSubject, OWN_DATA, ownerOf } from '../callers.ts';
import { pageFrom } from '../pages.ts';
import { tellPosition } from '../positions.ts';
import { pageOf, pageQuery, positionCursor, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import {
  answerOf,
  dataRequestAnswer,
  dataRequestOrder,
  dataRequestStates,
  listedDataRequest,
  orderOf,
} from './data-request-schemas.ts';

const URL = '/v1/tenants/:tenant/data-requests';
const tags = ['data requests'];
const READERS = [...OWN_DATA, 'ingest', 'auditor', 'operator'] as const;

type Deps = Pick<Services, 'dataRequests' | 'dataRequestList' | 'directory' | 'records'>;

/** What people ask for under GDPR Art. 15 to 21: a date from the first moment on, and what is asked is done. */
export const dataRequestRoutes =
  ({ dataRequests, dataRequestList, directory, records }: Deps): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();

    const summary = 'Exercise a right: access, portability, correction, objection, deletion, training';
    const ask = { tags, summary, params: tenantParams, body: dataRequestOrder };
    routes.post(
      URL,
      {
        config: { roles: [...OWN_DATA, 'ingest'] },
        schema: { ...ask, response: { 201: dataRequestAnswer } },
      },
      async (request, reply) => {
        const { tenant } = request.params;
        const caller = callerOf(request);
        const subject = await findSubject(directory, tenant, request.body.subject, caller);
        const received = await dataRequests.receive(tenant, orderOf(request.body, subject), caller.actor);
        return tellPosition(reply, received.position).code(201).send(answerOf(received));
      },
    );

    const querystring = pageQuery.extend({ state: dataRequestStates.optional() });
    const list = { tags, summary: 'Data requests, newest first', params: tenantParams, querystring };
    routes.get(
      URL,
      { config: { roles: READERS }, schema: { ...list, response: { 200: pageOf(listedDataRequest) } } },
      async request => {
        const { tenant } = request.params;
        const { principal, actor } = callerOf(request);
        const { cursor, limit } = positionCursor(request.query);
        const filter = { subject: ownerOf(principal), state: request.query.state };
        await records.viewed(tenant, { actor, records: 'data-requests' });
        const found = await dataRequestList(tenant, { cursor, limit: limit + 1, ...filter });
        const page = pageFrom(found, limit, row => row.position);
        return { ...page, items: page.items.map(({ dsr, ...row }) => ({ id: dsr, ...row })) };
      },
    );

    const params = tenantParams.extend({ request: uuid });
    const one = { tags, summary: 'One data request: whose turn it is, its date, its answer', params };
    routes.get(
      `${URL}/:request`,
      { config: { roles: READERS }, schema: { ...one, response: { 200: dataRequestAnswer } } },
      async request => {
        const { tenant, request: id } = request.params;
        const { principal, actor } = callerOf(request);
        const found = await dataRequests.get(tenant, id, ownerOf(principal));
        await records.viewed(tenant, { actor, records: 'data-requests' });
        return answerOf(found);
      },
    );
  };

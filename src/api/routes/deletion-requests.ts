import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import { opaqueId, outsideSubject, uuid } from '../../domain/events/fields.ts';
import { callerOf, findSubject, OWN_DATA, ownerOf, type Caller } from '../callers.ts';
import { encodeCursor } from '../cursor.ts';
import { tellPosition } from '../positions.ts';
import { pageOf, pageQuery, positionCursor, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import { causeOf, deletionReceipt, shownReceipt } from './deletion-receipt.ts';
import type { DeletionRequestRecord, Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/deletion-requests';
const tags = ['deletion requests'];
const READERS = [...OWN_DATA, 'auditor', 'operator'] as const;

const order = z.union([
  z.strictObject({ subject: outsideSubject, asset: opaqueId, scope: z.literal('asset').optional() }),
  z.strictObject({ subject: outsideSubject, scope: z.literal('account') }),
]);

const dates = { hiddenAt: z.date().nullable(), eraseAt: z.date().nullable(), erasedAt: z.date().nullable() };
const deletionRequest = z.looseObject({
  id: z.string(),
  state: z.enum(['requested', 'hidden', 'held', 'erased', 'beyond-backup']),
  ...dates,
  certificate: z.unknown().meta({ description: 'keys, method, times and log position; null until erased' }),
});
type Deps = Pick<Services, 'deletions' | 'accounts' | 'records' | 'directory'>;

/** Deletion requests: hidden with the answer, erased when the window ends. */
export const deletionRequestRoutes =
  (services: Deps): RouteGroup =>
  app => {
    const { records } = services;
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const summary = 'Delete one asset, or an account with everything in it';
    const ask = { tags, summary, params: tenantParams, body: order };
    routes.post(
      URL,
      { config: { roles: [...OWN_DATA, 'ingest'] }, schema: { ...ask, response: { 201: deletionReceipt } } },
      async (request, reply) => {
        const receipt = await accept(services, request.params.tenant, request.body, callerOf(request));
        return tellPosition(reply, receipt.position).code(201).send(receipt);
      },
    );

    const list = {
      tags,
      summary: 'Deletion requests, newest first',
      params: tenantParams,
      querystring: pageQuery,
    };
    routes.get(
      URL,
      { config: { roles: READERS }, schema: { ...list, response: { 200: pageOf(deletionRequest) } } },
      async request => {
        const { tenant } = request.params;
        const { principal, actor } = callerOf(request);
        const { cursor, limit } = positionCursor(request.query);
        await records.viewed(tenant, { actor, records: 'deletion-requests' });
        const found = await records.deletionRequests(tenant, { cursor, limit, subject: ownerOf(principal) });
        const next = found.next === undefined ? {} : { next: encodeCursor(found.next) };
        return { items: [...found.requests], ...next };
      },
    );

    const one = { tags, summary: 'State, dates, receipt and certificate of one deletion request' };
    const params = tenantParams.extend({ request: uuid });
    routes.get(
      `${URL}/:request`,
      { config: { roles: READERS }, schema: { ...one, params, response: { 200: deletionRequest } } },
      async request => {
        const { tenant, request: id } = request.params;
        const { principal, actor } = callerOf(request);
        const found = mine(await records.deletionRequest(tenant, id), ownerOf(principal));
        await records.viewed(tenant, { actor, records: 'deletion-requests' });
        return found;
      },
    );
  };

/** A user is told of another's request what it is told of none. */
function mine(found: DeletionRequestRecord | undefined, owner: string | undefined): DeletionRequestRecord {
  if (found === undefined || (owner !== undefined && found.subject !== owner)) {
    throw new LetheError('deletion-request-not-found', 'no such deletion request');
  }
  return found;
}

async function accept(
  services: Deps,
  tenant: string,
  body: z.infer<typeof order>,
  caller: Caller,
): Promise<z.infer<typeof deletionReceipt>> {
  const subject = await findSubject(services.directory, tenant, body.subject, caller);
  const cause = causeOf(caller.principal);
  if (body.scope === 'account')
    return services.accounts.requestDeletion(tenant, subject, cause, caller.actor);
  const deletion = { asset: body.asset, owner: subject, cause };
  return shownReceipt(await services.deletions.requestAsset(tenant, deletion, caller.actor));
}

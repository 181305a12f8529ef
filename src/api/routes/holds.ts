import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { HoldScope } from '../../domain/events/hold-events.ts';
import { uuid } from '../../domain/events/fields.ts';
import { LetheError } from '../../domain/errors.ts';
import { callerOf, findSubject, type Caller } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { position, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import { holdOrder, requestedHold, termsOf } from './hold-schemas.ts';

const URL = '/v1/tenants/:tenant/holds';
const tags = ['holds'];
const KEEPERS = ['tenant-admin', 'dpo'] as const;
const params = tenantParams.extend({ hold: uuid });
const changed = { 200: z.object({ id: uuid, position }) };

type Deps = Pick<Services, 'holds' | 'directory' | 'cases'>;

/** Legal holds: they take two people, postpone erasure and never un-hide. */
export const holdRoutes =
  ({ holds, directory, cases }: Deps): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const config = { roles: [...KEEPERS, 'investigator'] } as const;
    const summary =
      'Ask for a hold over assets, a user or a case: it preserves at once, for 72 hours at most';
    const ask = { tags, summary, params: tenantParams, body: holdOrder, response: { 202: requestedHold } };

    routes.post(URL, { config, schema: ask }, async (request, reply) => {
      const { tenant } = request.params;
      const caller = callerOf(request);
      requireRightTo(caller, request.body.kind);
      const order = {
        ...termsOf(request.body),
        scope: await scopeOf({ directory, cases }, tenant, request.body, caller),
      };
      const {
        hold: id,
        tooLate,
        position: at,
        preservesUntil,
      } = await holds.request(tenant, order, caller.actor);
      const answer = { id, state: 'requested', preservesUntil, tooLate: [...tooLate], position: at } as const;
      return tellPosition(reply, at).code(202).send(answer);
    });

    const approve = {
      tags,
      summary: 'Approve a hold that somebody else asked for',
      params,
      response: changed,
    };
    routes.post(`${URL}/:hold/approve`, { config, schema: approve }, async (request, reply) => {
      const { tenant, hold: id } = request.params;
      const caller = callerOf(request);
      const asked = (await holds.list(tenant)).find(({ hold }) => hold === id);
      if (asked !== undefined) requireRightTo(caller, asked.kind);
      const { position: at } = await holds.approve(tenant, id, caller.actor);
      return tellPosition(reply, at).send({ id, position: at });
    });

    const release = {
      tags,
      summary: 'Release a hold or withdraw a request: erasures resume at their old dates',
    };
    routes.delete(
      `${URL}/:hold`,
      { config: { roles: KEEPERS }, schema: { ...release, params, response: changed } },
      async (request, reply) => {
        const { tenant, hold: id } = request.params;
        const { position: at } = await holds.release(tenant, id, callerOf(request).actor);
        return tellPosition(reply, at).send({ id, position: at });
      },
    );
  };

/** Investigators preserve for investigations; what courts and authorities order is for who answers for the tenant. */
function requireRightTo({ principal }: Caller, kind: string): void {
  if (principal.role === 'investigator' && kind !== 'internal-investigation') {
    throw new LetheError(
      'forbidden',
      'an investigator asks for and approves holds of kind internal-investigation',
    );
  }
}

async function scopeOf(
  { directory, cases }: Pick<Services, 'directory' | 'cases'>,
  tenant: string,
  order: z.infer<typeof holdOrder>,
  caller: Caller,
): Promise<HoldScope> {
  if ('assets' in order) return { assets: order.assets };
  if ('subject' in order) return { subject: await findSubject(directory, tenant, order.subject, caller) };
  const assets = await cases.linkedAssets(tenant, order.case);
  if (assets.length === 0) throw new LetheError('asset-not-linked', 'the case links no asset');
  return { assets, case: order.case };
}

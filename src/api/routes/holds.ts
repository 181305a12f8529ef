import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { label, opaqueId, outsideSubject, shortText, uuid } from '../../domain/events/fields.ts';
import { LIMITS } from '../../domain/limits.ts';
import { HOLD_KINDS } from '../../domain/events/tenant-events.ts';
import { callerOf, findSubject } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { instant, pageOf, position, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/holds';
const tags = ['holds'];

const terms = {
  kind: z.enum(HOLD_KINDS),
  authority: label.meta({
    description: 'who ordered it, by reference: court and docket, agency and file number',
  }),
  ground: shortText.min(1).meta({ description: 'legal ground' }),
  expiresAt: instant.optional(),
};
const order = z.union([
  z.strictObject({ ...terms, assets: z.array(opaqueId).min(1).max(LIMITS.heldAssets) }),
  z.strictObject({ ...terms, subject: outsideSubject }),
]);
const placed = z.object({
  id: uuid,
  tooLate: z.array(z.string()).meta({ description: 'assets that were being erased already' }),
  position,
});
const shownHold = z.looseObject({
  hold: z.string(),
  kind: z.enum(HOLD_KINDS),
  authority: z.string(),
  ground: z.string(),
  placedAt: z.date(),
  expiresAt: z.date().optional(),
});

/** Legal holds: they postpone erasure and never un-hide. */
export const holdRoutes =
  ({ holds, directory, records }: Pick<Services, 'holds' | 'directory' | 'records'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const config = { roles: ['tenant-admin', 'dpo'] } as const;
    const summary = 'Place a hold over assets, or over everything of one user';
    routes.post(
      URL,
      { config, schema: { tags, summary, params: tenantParams, body: order, response: { 201: placed } } },
      async (request, reply) => {
        const { tenant } = request.params;
        const caller = callerOf(request);
        const { kind, authority, ground, expiresAt } = request.body;
        const scope =
          'assets' in request.body
            ? { assets: request.body.assets }
            : { subject: await findSubject(directory, tenant, request.body.subject, caller) };
        const expiry = expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() };
        const hold = { kind, authority, ground, scope, ...expiry };
        const { hold: id, tooLate, position } = await holds.place(tenant, hold, caller.actor);
        return tellPosition(reply, position)
          .code(201)
          .send({ id, tooLate: [...tooLate], position });
      },
    );

    const list = { tags, summary: 'The holds in force', params: tenantParams };
    routes.get(
      URL,
      {
        config: { roles: [...config.roles, 'auditor'] },
        schema: { ...list, response: { 200: pageOf(shownHold) } },
      },
      async request => {
        const { tenant } = request.params;
        const items = (await holds.list(tenant)).map(hold => ({ ...hold }));
        await records.viewed(tenant, { actor: callerOf(request).actor, records: 'holds' });
        return { items };
      },
    );

    const release = { tags, summary: 'Release a hold: erasures resume at their old dates, or now' };
    const released = z.object({ id: uuid, position });
    const params = tenantParams.extend({ hold: uuid });
    routes.delete(
      `${URL}/:hold`,
      { config, schema: { ...release, params, response: { 200: released } } },
      async (request, reply) => {
        const { tenant, hold: id } = request.params;
        const { position } = await holds.release(tenant, id, callerOf(request).actor);
        return tellPosition(reply, position).send({ id, position });
      },
    );
  };

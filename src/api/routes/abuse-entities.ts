import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { parseEntityReference, type Entity } from '../../domain/entities/entity.ts';
import { opaqueId, shortText, uuid } from '../../domain/events/fields.ts';
import { LetheError } from '../../domain/errors.ts';
import { networkAddress } from '../../domain/entities/network-prefix.ts';
import type { Pivot } from '../../projections/abuse-entities/queries/pivot.ts';
import { countdown, secondsUntil, showEntity, shownEntity } from '../abuse-schemas.ts';
import { callerOf } from '../callers.ts';
import { tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/abuse/entities';
const tags = ['abuse'];
const config = { roles: ['investigator'] } as const;

const ip = z.union([z.ipv4(), z.ipv6()]);
const text = shortText.min(1);
const wanted = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ip'), value: ip }),
  z.strictObject({ kind: z.literal('ip24'), value: ip.meta({ description: 'any address of the network' }) }),
  z.strictObject({ kind: z.literal('device'), value: text }),
  z.strictObject({ kind: z.literal('payment'), value: text }),
  z.strictObject({ kind: z.literal('session'), value: text }),
  z.strictObject({ kind: z.literal('client'), value: opaqueId }),
]);
type Wanted = z.infer<typeof wanted>;

const linked = z.object({ subject: uuid, assets: z.int() });
const degree = {
  degree: z.int().meta({ description: 'accounts that have it, counted up to 100' }),
  isHub: z.boolean().meta({ description: 'shared by so many that it is not followed' }),
};
const shownPivot = shownEntity.extend({
  ...degree,
  subjects: z.array(linked.extend({ firstSeen: z.date(), lastSeen: z.date(), ...countdown })),
  entities: z
    .array(shownEntity.extend({ ...degree, via: z.array(uuid), beyond: z.array(linked) }))
    .meta({ description: 'what those accounts share, and with whom beyond them' }),
});

/** Who shares what with whom, over two hops. */
export const abuseEntityRoutes =
  ({ abuse }: Pick<Services, 'abuse'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const show = (entity: Entity, found: Pivot): z.infer<typeof shownPivot> => {
      const now = abuse.now();
      return {
        ...showEntity(entity),
        ...{ degree: found.degree, isHub: found.isHub },
        subjects: found.subjects.map(row => ({ ...row, secondsLeft: secondsUntil(row.eraseAt, now) })),
        entities: found.entities.map(({ via, beyond, degree: shared, isHub, ...other }) => ({
          ...showEntity(other),
          ...{ degree: shared, isHub, via: [...via], beyond: [...beyond] },
        })),
      };
    };

    const summary = 'Who shares an entity, and what those share with whom';
    const params = tenantParams.extend({ entity: z.string().max(64).meta({ description: 'kind:token' }) });
    routes.get(
      `${URL}/:entity`,
      { config, schema: { tags, summary, params, response: { 200: shownPivot } } },
      async (request, reply) => {
        const { tenant, entity: reference } = request.params;
        const entity = parseEntityReference(reference);
        if (entity === undefined) throw new LetheError('entity-not-found', 'that is no entity of ours');
        const found = await abuse.pivot(tenant, entity, callerOf(request).actor);
        return reply.header('cache-control', 'no-store').send(show(entity, found));
      },
    );

    const byValue = { tags, summary: 'The same by the value itself: in the body, so that no log has it' };
    routes.post(
      URL,
      { config, schema: { ...byValue, params: tenantParams, body: wanted, response: { 200: shownPivot } } },
      async (request, reply) => {
        const { tenant } = request.params;
        const entity = await abuse.entityOf(tenant, valueOf(request.body));
        const found = await abuse.pivot(tenant, entity, callerOf(request).actor);
        return reply.header('cache-control', 'no-store').send(show(entity, found));
      },
    );
  };

function valueOf({ kind, value }: Wanted): Wanted {
  if (kind === 'ip') return { kind, value: networkAddress(value).address };
  return kind === 'ip24' ? { kind, value: networkAddress(value).network } : { kind, value };
}

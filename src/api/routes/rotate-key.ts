import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { opaqueId } from '../../domain/events/fields.ts';
import { duration, millisecondsOf } from '../../domain/time/duration.ts';
import { callerOf } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { instant, position, tenantParams } from '../schemas.ts';
import type { Services } from '../services.ts';

const LONGEST = 'P30D';

const overlap = duration
  .transform(millisecondsOf)
  .refine(ms => ms <= millisecondsOf(LONGEST), `at most ${LONGEST}`)
  .prefault('P1D')
  .meta({ description: 'how long the present secret stays good: an ISO 8601 duration, at most P30D' });

/** A new secret for a key, while the old one goes on until everybody has the new. */
export function rotateKeyRoute(app: FastifyInstance, credentials: Services['credentials']): void {
  app.withTypeProvider<ZodTypeProvider>().post(
    '/v1/tenants/:tenant/api-keys/:key/rotate',
    {
      config: { roles: ['operator', 'tenant-admin'] },
      schema: {
        tags: ['api keys'],
        summary: 'Give a key a new secret; the answer is the only time that it is shown',
        params: tenantParams.extend({ key: opaqueId }),
        body: z.strictObject({ overlap, expiresAt: instant.optional() }),
        response: { 200: z.object({ id: z.string(), key: z.string(), previousUntil: z.date(), position }) },
      },
    },
    async (request, reply) => {
      const { tenant, key: id } = request.params;
      const { overlap: overlapMs, expiresAt } = request.body;
      const order = { overlapMs, expiresAt };
      const { key, ...rotated } = await credentials.rotate(tenant, id, order, callerOf(request).actor);
      const text = key.reveal().toString('utf8');
      key.wipe();
      return tellPosition(reply, rotated.position)
        .header('cache-control', 'no-store')
        .send({ ...rotated, key: text });
    },
  );
}

import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { outsideSubject, uuid } from '../../domain/events/fields.ts';
import type { TimelineCursor } from '../../projections/abuse-activity/queries/timeline.ts';
import { countdown, secondsUntil } from '../abuse-schemas.ts';
import { callerOf } from '../callers.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { cursorInstant, pageOf, pageQuery, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const entry = z.object({
  at: z.date().meta({ description: 'to the hour where the asset is erased' }),
  type: z.string(),
  position: z.int().nullable(),
  asset: z.string().nullable().meta({ description: 'null where it is erased' }),
  erased: z.boolean(),
  outcome: z.enum(['ok', 'denied']),
  rule: z.string().nullable(),
  reason: z.string().nullable(),
  policy: z.int(),
  ...countdown,
});

/** The hour, how many of its entries were shown, and the log position that the list is pinned to. */
const place = z.tuple([cursorInstant, z.int().nonnegative().max(1_000_000_000), z.int().nonnegative()]);

/** Everything that one account did, what it deleted included. */
export const abuseTimelineRoutes =
  ({ abuse }: Pick<Services, 'abuse'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    routes.get(
      '/v1/tenants/:tenant/abuse/timeline',
      {
        config: { roles: ['investigator'] },
        schema: {
          tags: ['abuse'],
          summary: 'Everything that one account did, newest first, what it deleted included',
          params: tenantParams,
          querystring: pageQuery.extend({
            subject: outsideSubject.meta({
              description: "the tenant's own id of the user, or the reference",
            }),
          }),
          response: { 200: pageOf(entry).extend({ subject: uuid }) },
        },
      },
      async (request, reply) => {
        const { subject: name, cursor, limit } = request.query;
        const page = { cursor: cursor === undefined ? undefined : cursorFrom(cursor), limit };
        const { tenant } = request.params;
        const { entries, next, subject } = await abuse.timeline(tenant, name, page, callerOf(request).actor);
        const now = abuse.now();
        const items = entries.map(shown => ({ ...shown, secondsLeft: secondsUntil(shown.eraseAt, now) }));
        return reply
          .header('cache-control', 'no-store')
          .send({ subject, items, ...(next === undefined ? {} : { next: textOf(next) }) });
      },
    );
  };

const textOf = ({ hour, skip, asOf }: TimelineCursor): string => encodeCursor([hour.getTime(), skip, asOf]);

/** Throws `cursor-invalid`. */
function cursorFrom(text: string): TimelineCursor {
  const [hour, skip, asOf] = decodeCursor(place, text);
  return { hour, skip, asOf };
}

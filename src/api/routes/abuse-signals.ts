import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { outsideSubject, uuid } from '../../domain/events/fields.ts';
import { RULES, SEVERITIES } from '../../domain/rules/rule-names.ts';
import { countdown, secondsUntil } from '../abuse-schemas.ts';
import { callerOf } from '../callers.ts';
import { pageFrom } from '../pages.ts';
import { instant, pageOf, pageQuery, positionCursor, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const query = pageQuery.extend({
  rule: z.enum(RULES).optional(),
  severity: z.enum(SEVERITIES).optional(),
  subject: outsideSubject.optional().meta({ description: "the tenant's own id, or the inside reference" }),
  from: instant.optional().meta({ description: 'found at or after' }),
  to: instant.optional().meta({ description: 'found at or before' }),
});

const shown = z.object({
  signal: uuid,
  subject: uuid.nullable().meta({ description: 'null where the account is erased' }),
  rule: z.enum(RULES),
  version: z.int().meta({ description: "version of the tenant's rules; 0 are the defaults" }),
  severity: z.enum(SEVERITIES),
  score: z.number().meta({ description: 'measured against the threshold: 1 reaches it' }),
  window: z.object({ from: z.date(), to: z.date() }),
  reasons: z.record(z.string(), z.number()).meta({ description: 'what was measured' }),
  assets: z.array(z.string()).meta({ description: 'that it rests on and that are not erased' }),
  erasedAssets: z.int(),
  ...countdown,
  position: z.int(),
});

/** What the rules have signalled, newest first, with how long the evidence remains. */
export const abuseSignalRoutes =
  ({ signalSight }: Pick<Services, 'signalSight'>): RouteGroup =>
  app => {
    app.withTypeProvider<ZodTypeProvider>().get(
      '/v1/tenants/:tenant/abuse/signals',
      {
        config: { roles: ['investigator'] },
        schema: {
          ...{ tags: ['abuse'], summary: 'Signals of the rules, newest first', params: tenantParams },
          ...{ querystring: query, response: { 200: pageOf(shown) } },
        },
      },
      async (request, reply) => {
        const { cursor: after, limit, ...filter } = request.query;
        const { cursor } = positionCursor({ cursor: after, limit });
        const rows = await signalSight.list(
          request.params.tenant,
          { ...filter, cursor, limit: limit + 1 },
          callerOf(request).actor,
        );
        const now = signalSight.now();
        const items = rows.map(({ windowFrom: from, windowTo: to, ...row }) => ({
          ...row,
          ...{ window: { from, to }, reasons: { ...row.reasons }, assets: [...row.assets] },
          secondsLeft: secondsUntil(row.eraseAt, now),
        }));
        return reply
          .header('cache-control', 'no-store')
          .send(pageFrom(items, limit, ({ position }) => position));
      },
    );
  };

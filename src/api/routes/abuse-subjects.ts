import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { uuid } from '../../domain/events/fields.ts';
import { WINDOWS } from '../../projections/abuse-activity/queries/counters.ts';
import { RANKINGS } from '../../projections/abuse-activity/queries/ranked-subjects.ts';
import {
  activityCounts,
  countdown,
  habits,
  newcomer,
  secondsUntil,
  showEntity,
  shownEntity,
} from '../abuse-schemas.ts';
import { callerOf } from '../callers.ts';
import { decodeCursor } from '../cursor.ts';
import { pageFrom } from '../pages.ts';
import { cursorInstant, pageOf, pageQuery, subjectParams, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/abuse/subjects';
const tags = ['abuse'];
const config = { roles: ['investigator'] } as const;

const least = z.coerce.number().int().nonnegative().max(1_000_000_000).optional();
const rankedQuery = pageQuery.extend({
  by: z.enum(RANKINGS).default('deleteRatio'),
  window: z.enum(['1h', '24h', '30d']).default('24h'),
  minMade: least,
  minDeleted: least,
  minBlocked: least,
  minFlagged: least,
});
const place = z.tuple([z.number(), uuid, cursorInstant]);

const rankedSubject = activityCounts.extend({
  subject: uuid,
  deleteRatio: z.number().nullable(),
  rank: z.number().meta({ description: 'what the list is sorted by' }),
  ...countdown,
});
const rankedPage = pageOf(rankedSubject).extend({
  erased: activityCounts
    .extend({ subjects: z.int() })
    .meta({ description: 'accounts that are erased, in the window, added up' }),
});

const picture = z.object({
  subject: uuid,
  state: z.string().meta({ description: 'hidden: the account is deleted and not erased yet' }),
  firstSeen: z.date().nullable().meta({ description: 'to the hour' }),
  lastSeen: z.date().nullable().meta({ description: 'to the hour' }),
  assets: z.object({ visible: z.int(), hidden: z.int(), erased: z.int() }),
  next: z.object(countdown).meta({ description: 'the first of the remaining assets' }),
  last: z.object(countdown).meta({ description: 'the last of the remaining assets' }),
  counters: z.object({ '1h': activityCounts, '24h': activityCounts, '30d': activityCounts }),
  habits,
  entities: z.array(shownEntity.extend({ assets: z.int(), degree: z.int() })),
  newcomers: z.array(newcomer).meta({
    description: 'accounts that first appeared on a device of this one within 24 hours after a burst of it',
  }),
});

/** Accounts ranked by what they did, and the picture of one. */
export const abuseSubjectRoutes =
  ({ abuse }: Pick<Services, 'abuse'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const list = { tags, summary: 'Accounts by what they did, the most first', params: tenantParams };
    routes.get(
      URL,
      { config, schema: { ...list, querystring: rankedQuery, response: { 200: rankedPage } } },
      async (request, reply) => {
        const { by, window, cursor, limit, minMade, minDeleted, minBlocked, minFlagged } = request.query;
        const now = abuse.now();
        const [rank, subject, until = now] = cursor === undefined ? [] : decodeCursor(place, cursor);
        const since = new Date(until.getTime() - WINDOWS[window]);
        const minimum = { made: minMade, deleted: minDeleted, blocked: minBlocked, flagged: minFlagged };
        const after = rank === undefined || subject === undefined ? undefined : { rank, subject };
        const query = { by, since, until, minimum, after, limit: limit + 1 };
        const { subjects, erased } = await abuse.ranked(
          request.params.tenant,
          query,
          callerOf(request).actor,
        );
        const items = subjects.map(({ nextEraseAt: eraseAt, ...row }) => ({
          ...row,
          ...{ eraseAt, secondsLeft: secondsUntil(eraseAt, now) },
        }));
        const page = pageFrom(items, limit, last => [last.rank, last.subject, until.getTime()]);
        return reply.header('cache-control', 'no-store').send({ ...page, erased });
      },
    );

    const one = { tags, summary: 'One account: counters, habits, entities, and how long evidence remains' };
    routes.get(
      `${URL}/:subject`,
      { config, schema: { ...one, params: subjectParams, response: { 200: picture } } },
      async (request, reply) => {
        const { tenant, subject: name } = request.params;
        const shown = await abuse.picture(tenant, name, callerOf(request).actor);
        const { visible, hidden, erased, nextEraseAt, lastEraseAt, entities, newcomers, ...rest } = shown;
        const now = abuse.now();
        const until = (eraseAt: Date | null) => ({ eraseAt, secondsLeft: secondsUntil(eraseAt, now) });
        return reply.header('cache-control', 'no-store').send({
          ...rest,
          assets: { visible, hidden, erased },
          ...{ next: until(nextEraseAt), last: until(lastEraseAt) },
          entities: entities.map(({ assets, degree, ...entity }) => ({
            ...showEntity(entity),
            ...{ assets, degree },
          })),
          newcomers: [...newcomers],
        });
      },
    );
  };

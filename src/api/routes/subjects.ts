import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { opaqueId } from '../../domain/events/fields.ts';
import type { AssetCursor } from '../../projections/user-assets/queries/list-assets.ts';
import { callerOf, findSubject, OWN_DATA } from '../callers.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import { sendNdjson } from '../ndjson-out.ts';
import { cursorInstant, pageOf, pageQuery, subjectParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import { shownAsset } from './asset-schemas.ts';

const URL = '/v1/tenants/:tenant/subjects/:subject';
const tags = ['subjects'];

const query = pageQuery.extend({
  q: z.string().min(1).max(256).optional().meta({
    description: 'text that the opened content must hold, any case',
  }),
});

/** The user's own view. Every read of it goes on record before anything leaves. */
export const subjectRoutes =
  ({ userView, directory }: Pick<Services, 'userView' | 'directory'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const config = { roles: OWN_DATA };
    const list = { tags, summary: 'The assets of one user, newest first', params: subjectParams };
    routes.get(
      `${URL}/assets`,
      { config, schema: { ...list, querystring: query, response: { 200: pageOf(shownAsset) } } },
      async (request, reply) => {
        const { tenant } = request.params;
        const { cursor: text, limit, q: search } = request.query;
        const caller = callerOf(request);
        const cursor = text === undefined ? undefined : placeFrom(text);
        const subject = await findSubject(directory, tenant, request.params.subject, caller);
        const read = {
          actor: caller.actor,
          purpose: search === undefined ? ('serving' as const) : ('search' as const),
        };
        const page = await userView.page(tenant, subject, { cursor, limit, search }, read);
        const next = page.next === undefined ? {} : { next: cursorOf(page.next) };
        return reply.header('cache-control', 'no-store').send({ items: [...page.assets], ...next });
      },
    );

    const summary = 'Everything visible of one user, with its content, as NDJSON';
    routes.get(
      `${URL}/export`,
      { config, schema: { tags, summary, params: subjectParams } },
      async (request, reply) => {
        const { tenant } = request.params;
        const { principal, actor } = callerOf(request);
        const subject = await findSubject(directory, tenant, request.params.subject, { principal, actor });
        void reply.header('cache-control', 'no-store');
        return sendNdjson(reply, userView.export(tenant, subject, { actor, purpose: 'export' }));
      },
    );
  };

const place = z.tuple([cursorInstant, opaqueId]);

const cursorOf = ({ createdAt, asset }: AssetCursor): string => encodeCursor([createdAt.getTime(), asset]);

/** Throws `cursor-invalid`. */
function placeFrom(text: string): AssetCursor {
  const [createdAt, asset] = decodeCursor(place, text);
  return { createdAt, asset };
}

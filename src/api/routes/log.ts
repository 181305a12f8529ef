import type { FastifyReply } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import { parseTilePath } from '../../domain/tlog/tiles.ts';
import { tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import { LOG_ROLES, MUTABLE, published } from './log-access.ts';

const tags = ['log'];
/** Never another's: the log is for those who may see it, so no shared cache keeps it. */
const IMMUTABLE = 'private, max-age=31536000, immutable';

const key = z.object({
  origin: z.string(),
  key: z.string().meta({ description: 'verifier key (C2SP signed-note): pin it' }),
  witnesses: z.object({ keys: z.array(z.string()), quorum: z.int() }),
});

/** The tenant's log in the C2SP tlog-tiles layout: `…/log/` is its base URL. */
export const logRoutes = ({
  transparency,
  witnesses,
}: Pick<Services, 'transparency' | 'witnesses'>): RouteGroup => {
  return app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    routes.get(
      '/v1/tenants/:tenant/log/checkpoint',
      {
        config: { roles: LOG_ROLES },
        schema: { tags, summary: 'The newest checkpoint, a signed note', params: tenantParams },
      },
      async ({ params: { tenant } }, reply) => {
        const { note } = await published(transparency.checkpoint(tenant));
        return reply.header('cache-control', MUTABLE).type('text/plain; charset=utf-8').send(note);
      },
    );

    routes.get(
      '/v1/tenants/:tenant/log/tile/*',
      {
        config: { roles: LOG_ROLES },
        schema: {
          tags,
          summary:
            'A tile of hashes, `<level>/<index>[.p/<width>]`, or an entry bundle, `entries/<index>[.p/<width>]`',
          params: tenantParams.extend({ '*': z.string() }),
        },
      },
      async ({ params: { tenant, '*': path } }, reply) => sendTile(transparency, reply, tenant, path),
    );

    routes.get(
      '/v1/tenants/:tenant/log/key',
      {
        config: { roles: LOG_ROLES },
        schema: {
          tags,
          summary: 'The public key of the log, and who cosigns it',
          params: tenantParams,
          response: { 200: key },
        },
      },
      ({ params: { tenant } }) => {
        const verifier = transparency.verifierKey(tenant);
        return { origin: verifier.slice(0, verifier.indexOf('+')), key: verifier, witnesses };
      },
    );
  };
};

async function sendTile(
  transparency: Services['transparency'],
  reply: FastifyReply,
  tenant: string,
  path: string,
): Promise<FastifyReply> {
  const place = parseTilePath(path);
  if (place === undefined)
    throw new LetheError('tile-not-found', 'that is no path of a tile (C2SP tlog-tiles)');
  const { level, index, width } = place;
  const bytes =
    level === 'entries'
      ? await transparency.entryBundle(tenant, index, width)
      : await transparency.tile(tenant, level, index, width);
  return reply.header('cache-control', IMMUTABLE).type('application/octet-stream').send(bytes);
}

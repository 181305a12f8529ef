import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { uuid } from '../../domain/events/fields.ts';
import { callerOf } from '../callers.ts';
import { decodeCursor } from '../cursor.ts';
import { pageFrom } from '../pages.ts';
import { pageOf, pageQuery, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';
import { preservedAsset, shownHold, shownOf } from './hold-schemas.ts';

const URL = '/v1/tenants/:tenant/holds';
const tags = ['holds'];
const place = z.tuple([z.string(), uuid]);

/** What preserves, and what is preserved. */
export const heldRoutes =
  ({ holds, holdSight, records }: Pick<Services, 'holds' | 'holdSight' | 'records'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const config = { roles: ['tenant-admin', 'dpo', 'investigator', 'auditor'] } as const;

    const list = { tags, summary: 'The holds that preserve, requested or placed', params: tenantParams };
    routes.get(
      URL,
      {
        config,
        schema: { ...list, response: { 200: pageOf(shownHold) } },
      },
      async request => {
        const { tenant } = request.params;
        const items = (await holds.list(tenant)).map(shownOf);
        await records.viewed(tenant, { actor: callerOf(request).actor, records: 'holds' });
        return { items };
      },
    );

    const preserved = { tags, summary: 'The assets that holds keep, and why', params: tenantParams };
    routes.get(
      `${URL}/preserved-assets`,
      {
        config,
        schema: { ...preserved, querystring: pageQuery, response: { 200: pageOf(preservedAsset) } },
      },
      async request => {
        const { tenant } = request.params;
        const { cursor, limit } = request.query;
        const behind = cursor === undefined ? undefined : placeFrom(cursor);
        await records.viewed(tenant, { actor: callerOf(request).actor, records: 'holds' });
        const found = await holdSight.preserved(tenant, { cursor: behind, limit: limit + 1 });
        return pageFrom(found, limit, ({ asset, hold }) => [asset, hold]);
      },
    );
  };

function placeFrom(cursor: string): { readonly asset: string; readonly hold: string } {
  const [asset, hold] = decodeCursor(place, cursor);
  return { asset, hold };
}

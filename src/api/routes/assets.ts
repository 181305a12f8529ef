import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { callerOf, OWN_DATA, ownerOf } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { assetParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import { assetContent, retentionStatement, shownAsset } from './asset-schemas.ts';
import { causeOf, deletionReceipt, shownReceipt } from './deletion-receipt.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/assets/:asset';
const tags = ['assets'];

/** One asset: what it is, its content, and why it still exists. What is gone answers 410 with the proof. */
export const assetRoutes =
  ({ assets, userView, deletions }: Pick<Services, 'assets' | 'userView' | 'deletions'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const schemaOf = (summary: string) => ({ tags, summary, params: assetParams });
    const config = { roles: OWN_DATA };

    const one = { ...schemaOf('An asset without its content'), response: { 200: shownAsset } };
    routes.get(URL, { config, schema: one }, async request => {
      const { tenant, asset } = request.params;
      const owner = ownerOf(callerOf(request).principal);
      // The key's fence first: the view that describes the asset may lag behind a deletion, its account's included.
      await assets.requireVisible(tenant, asset, owner);
      return userView.describe(tenant, asset, owner);
    });

    routes.get(
      `${URL}/content`,
      {
        config,
        schema: { ...schemaOf('Its content; the read goes on record'), response: { 200: assetContent } },
      },
      async (request, reply) => {
        const { tenant, asset } = request.params;
        const { principal, actor } = callerOf(request);
        const content = await assets.content(tenant, asset, {
          actor,
          owner: ownerOf(principal),
          purpose: 'serving',
        });
        return reply.header('cache-control', 'no-store').send(content);
      },
    );

    routes.get(
      `${URL}/retention`,
      {
        config: { roles: [...OWN_DATA, 'auditor', 'operator'] },
        schema: {
          ...schemaOf('Why it still exists, until when, under which clause and policy version'),
          response: { 200: retentionStatement },
        },
      },
      request => {
        const { tenant, asset } = request.params;
        return assets.retention(tenant, asset, ownerOf(callerOf(request).principal));
      },
    );

    const deletion = schemaOf('Delete it: the same as a deletion request');
    routes.delete(
      URL,
      { config, schema: { ...deletion, response: { 200: deletionReceipt } } },
      async (request, reply) => {
        const { tenant, asset } = request.params;
        const { principal, actor } = callerOf(request);
        const wanted = { asset, owner: ownerOf(principal), cause: causeOf(principal) };
        const receipt = await deletions.requestAsset(tenant, wanted, actor);
        return tellPosition(reply, receipt.position).send(shownReceipt(receipt));
      },
    );
  };

import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const listed = z.object({ tenant: z.string(), name: z.string(), region: z.string(), registeredAt: z.date() });

/** The tenants of the cell, for whoever runs it. */
export const tenantListRoutes =
  ({ register }: Pick<Services, 'register'>): RouteGroup =>
  app => {
    app.withTypeProvider<ZodTypeProvider>().get(
      '/v1/tenants',
      {
        config: { roles: ['operator'] },
        schema: {
          tags: ['tenants'],
          summary: 'The tenants of this cell, in the order in which they registered',
          response: { 200: z.object({ items: z.array(listed) }) },
        },
      },
      async () => ({ items: (await register.tenants()).map(row => ({ ...row })) }),
    );
  };

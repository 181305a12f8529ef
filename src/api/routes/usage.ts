import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const day = z.iso.date().transform(text => new Date(text));
const total = z.object({
  day: z.string(),
  type: z.string(),
  model: z.string(),
  modality: z.string(),
  events: z.number(),
  bytes: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  durationMs: z.number(),
});

/** Counts, bytes, tokens and compute time; nothing personal. */
export const usageRoutes =
  ({ records, tenants }: Pick<Services, 'records' | 'tenants'>): RouteGroup =>
  app => {
    app.withTypeProvider<ZodTypeProvider>().get(
      '/v1/tenants/:tenant/usage',
      {
        config: { roles: ['tenant-admin', 'dpo', 'auditor', 'operator'] },
        schema: {
          tags: ['usage'],
          summary: 'Totals a day, event type, model and modality',
          params: tenantParams,
          querystring: z.strictObject({ from: day.optional(), to: day.optional() }),
          response: { 200: z.object({ days: z.array(total) }) },
        },
      },
      async ({ params: { tenant }, query }) => {
        await tenants.get(tenant);
        return { days: await records.usage(tenant, query) };
      },
    );
  };

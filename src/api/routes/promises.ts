import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const clause = z.object({
  number: z.int().meta({ description: 'the same in every pack that makes the promise' }),
  id: z.string().meta({ description: 'pack letter and number, such as N-9' }),
  promise: z.string(),
  status: z.enum(['holds', 'broken', 'no-evidence']),
  numbers: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
  evidence: z.string(),
  position: z.int(),
  at: z.string(),
});
const query = z.strictObject({
  all: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: 'every clause, whatever the pack of the tenant' }),
});

/** Every clause of the policy: holds, broken, or no evidence yet, with its numbers. */
export const promiseRoutes =
  ({ register }: Pick<Services, 'register'>): RouteGroup =>
  app => {
    app.withTypeProvider<ZodTypeProvider>().get(
      '/v1/tenants/:tenant/promises',
      {
        config: { roles: ['tenant-admin', 'dpo', 'auditor', 'operator'] },
        schema: {
          tags: ['promises'],
          summary: 'Every clause of the policy: holds, broken, or no evidence yet, with its numbers',
          params: tenantParams,
          querystring: query,
          response: { 200: z.object({ position: z.int(), at: z.date(), clauses: z.array(clause) }) },
        },
      },
      async ({ params: { tenant }, query: { all } }) => {
        const { position, at, clauses } = await register.promises(tenant, all === 'true');
        return { position, at, clauses: clauses.map(result => ({ ...result })) };
      },
    );
  };

import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ruleSetSchema } from '../../domain/rules/rule-set.ts';
import { callerOf } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { position, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/abuse/rules';
const tags = ['abuse'];
const version = z.int().meta({ description: '0 are the defaults' });
const adopted = z.object({ version, rules: ruleSetSchema });

/** The thresholds of the rules of abuse: versions that never change. */
export const abuseRuleRoutes =
  ({ ruleSettings }: Pick<Services, 'ruleSettings'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    routes.get(
      URL,
      {
        config: { roles: ['investigator', 'tenant-admin', 'dpo', 'auditor', 'operator'] },
        schema: {
          ...{ tags, summary: 'The thresholds in force, and every version', params: tenantParams },
          response: { 200: adopted.extend({ versions: z.array(adopted) }) },
        },
      },
      async ({ params: { tenant } }) => {
        const { versions, ...current } = await ruleSettings.get(tenant);
        return { ...current, versions: [...versions] };
      },
    );

    routes.put(
      URL,
      {
        config: { roles: ['tenant-admin', 'operator'] },
        schema: {
          ...{ tags, summary: 'Adopt thresholds; what is left out stands at its default' },
          ...{ params: tenantParams, body: ruleSetSchema },
          response: { 200: adopted.extend({ position }) },
        },
      },
      async (request, reply) => {
        const { params, body } = request;
        const receipt = await ruleSettings.adopt(params.tenant, body, callerOf(request).actor);
        return tellPosition(reply, receipt.position).send(receipt);
      },
    );
  };

import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { PolicyReceipt } from '../../application/tenants.ts';
import { region } from '../../domain/events/fields.ts';
import { policyRequestSchema, policySchema } from '../../domain/policy/policy.ts';
import { callerOf } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { position, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const tags = ['tenants'];
const registration = z.strictObject({
  name: z.string().min(1).max(200),
  region,
  policy: policyRequestSchema.prefault({}),
});
const receipt = z.object({
  version: z.int(),
  policy: policySchema,
  conflicts: z
    .array(z.looseObject({ code: z.string(), severity: z.string(), message: z.string() }))
    .meta({ description: 'clauses that the policy departs from' }),
  position,
});
const inForce = z.object({
  name: z.string(),
  region: z.string(),
  version: z.int(),
  policy: policySchema,
  versions: z.array(z.object({ version: z.int(), policy: policySchema, inForceFrom: z.date(), position })),
});

/** Tenants and the policy that each is under. */
export const tenantRoutes =
  ({ tenants, records }: Pick<Services, 'tenants' | 'records'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const register = { tags, summary: 'Register a tenant under a policy', body: registration };
    routes.post(
      '/v1/tenants',
      {
        config: { roles: ['operator'] },
        schema: { ...register, response: { 201: receipt.extend({ tenant: z.string() }) } },
      },
      async (request, reply) => {
        const registered = await tenants.register(request.body, callerOf(request).actor);
        return tellPosition(reply, registered.position).code(201).send(shown(registered));
      },
    );

    const summary = 'Adopt a new version of the policy; existing assets keep their dates';
    const adopt = { tags, summary, params: tenantParams, body: policyRequestSchema };
    routes.put(
      '/v1/tenants/:tenant/policy',
      {
        config: { roles: ['operator', 'tenant-admin', 'dpo'] },
        schema: { ...adopt, response: { 200: receipt } },
      },
      async (request, reply) => {
        const adopted = await tenants.adoptPolicy(
          request.params.tenant,
          request.body,
          callerOf(request).actor,
        );
        return tellPosition(reply, adopted.position).send(shown(adopted));
      },
    );

    routes.get(
      '/v1/tenants/:tenant/policy',
      {
        config: { roles: ['operator', 'tenant-admin', 'dpo', 'auditor', 'ingest', 'subject'] },
        schema: {
          tags,
          summary: 'The policy in force, and every version',
          params: tenantParams,
          response: { 200: inForce },
        },
      },
      async ({ params: { tenant } }) => {
        const { name, region, version, policy } = await tenants.get(tenant);
        return { name, region, version, policy, versions: await records.policyVersions(tenant) };
      },
    );
  };

/** A receipt with conflicts of its own, since those of the linter are read-only. */
const shown = <T extends PolicyReceipt>(receipt: T) => ({
  ...receipt,
  conflicts: receipt.conflicts.map(conflict => ({ ...conflict })),
});

import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { organisation } from '../../domain/events/disclosure-events.ts';
import { region } from '../../domain/events/fields.ts';
import { callerOf } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { instant, position, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/subprocessors';
const tags = ['disclosures'];

const change = z.enum(['added', 'removed', 'moved']);
const order = z.strictObject({
  name: organisation,
  change,
  region: region.optional().meta({ description: 'where it processes' }),
  effective: instant.meta({ description: 'from when on' }),
});
const listed = z.array(z.object({ name: z.string(), region: z.string().optional() }));
const shown = z.object({
  listed: listed.meta({ description: 'as the policy in force names them' }),
  unannounced: listed.meta({ description: 'named by the policy though no change announced them' }),
  changes: z.array(
    z.object({
      name: z.string(),
      change,
      region: z.string().nullable(),
      effective: z.date(),
      announcedAt: z.date(),
      position: z.int(),
    }),
  ),
});

/** The list of sub-processors, and every change of it. */
export const subprocessorRoutes =
  ({ register, disclosures }: Pick<Services, 'register' | 'disclosures'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const summary = 'Announce a change of the list of sub-processors';
    routes.post(
      URL,
      {
        config: { roles: ['tenant-admin', 'dpo', 'operator'] },
        schema: {
          tags,
          summary,
          params: tenantParams,
          body: order,
          response: { 201: z.object({ position }) },
        },
      },
      async (request, reply) => {
        const { name, change: kind, region: place, effective } = request.body;
        const where = place === undefined ? {} : { region: place };
        const { position: at } = await disclosures.changeSubprocessor(
          request.params.tenant,
          { name, change: kind, ...where, effective: effective.toISOString() },
          callerOf(request).actor,
        );
        return tellPosition(reply, at).code(201).send({ position: at });
      },
    );

    routes.get(
      URL,
      {
        config: { roles: ['tenant-admin', 'dpo', 'auditor', 'operator'] },
        schema: {
          ...{ tags, summary: 'The list of sub-processors and its changes', params: tenantParams },
          response: { 200: shown },
        },
      },
      async ({ params: { tenant } }) => {
        const { changes, ...lists } = await register.subprocessors(tenant);
        return { ...lists, changes: changes.map(found => ({ ...found })) };
      },
    );
  };

import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { OBJECTION_PURPOSES } from '../../domain/events/dsr-events.ts';
import { opaqueId } from '../../domain/events/fields.ts';
import { LIMITS } from '../../domain/limits.ts';
import { TRAINING_DENIALS } from '../../domain/training/training.ts';
import { callerOf, findSubject } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { position, subjectParams, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const tags = ['purposes'];
const config = { roles: ['ingest', 'tenant-admin'] } as const;

const uses = z.strictObject({
  run: opaqueId.meta({ description: 'the training run' }),
  assets: z.array(opaqueId).min(1).max(LIMITS.trainingAssets),
});
const answers = z.object({
  run: z.string(),
  uses: z.array(
    z.object({
      asset: z.string(),
      used: z.boolean(),
      reason: z.enum(TRAINING_DENIALS).optional().meta({ description: 'why not' }),
      consent: z.string().optional().meta({ description: 'consent under which it is used' }),
    }),
  ),
  position,
});

/** What data may be used for: asked before it is used, and on record with the answer. */
export const purposeRoutes =
  ({ training, purposes, directory }: Pick<Services, 'training' | 'purposes' | 'directory'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const summary = 'Ask, asset by asset, whether a training run may use it; each answer goes on record';
    routes.post(
      '/v1/tenants/:tenant/training-uses',
      { config, schema: { tags, summary, params: tenantParams, body: uses, response: { 200: answers } } },
      async (request, reply) => {
        const { run, assets } = request.body;
        const receipt = await training.use(request.params.tenant, run, assets, callerOf(request).actor);
        const shown = receipt.uses.map(({ asset, decision: { use: used, ...why } }) => ({
          asset,
          used,
          ...why,
        }));
        return tellPosition(reply, receipt.position).send({ run, uses: shown, position: receipt.position });
      },
    );

    const check = {
      tags,
      summary: 'Whether a user’s data may be processed for a purpose: 403 after an objection',
    };
    const params = subjectParams.extend({ purpose: z.enum(OBJECTION_PURPOSES) });
    const open = z.object({ purpose: z.enum(OBJECTION_PURPOSES), open: z.literal(true) });
    routes.get(
      '/v1/tenants/:tenant/subjects/:subject/purposes/:purpose',
      {
        config: { roles: [...config.roles, 'subject', 'dpo'] },
        schema: { ...check, params, response: { 200: open } },
      },
      async request => {
        const { tenant, subject: outside, purpose } = request.params;
        const subject = await findSubject(directory, tenant, outside, callerOf(request));
        await purposes.requireOpen(tenant, subject, purpose);
        return { purpose, open: true as const };
      },
    );
  };

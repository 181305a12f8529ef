import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { DISCLOSURE_GROUNDS, DISCLOSURE_KINDS, organisation } from '../../domain/events/disclosure-events.ts';
import { count, label, uuid } from '../../domain/events/fields.ts';
import { callerOf } from '../callers.ts';
import { pageFrom } from '../pages.ts';
import { tellPosition } from '../positions.ts';
import { pageOf, pageQuery, position, positionCursor, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/disclosures';
const tags = ['disclosures'];

const order = z.strictObject({
  recipient: organisation.meta({ description: 'a company or an authority, never a person' }),
  kind: z.enum(DISCLOSURE_KINDS),
  ground: z.enum(DISCLOSURE_GROUNDS).meta({ description: 'one of the five grounds (promise 19)' }),
  authority: label.optional().meta({ description: 'by reference; needed where the law requires it' }),
  nda: label.optional().meta({ description: 'without one, lists leave without names (promise 13)' }),
  categories: z.array(label).min(1).max(32).meta({ description: 'categories of data' }),
  cohort: count.optional().meta({ description: 'people that analytics cover (promise 33)' }),
});
const listed = z.array(z.object({ name: z.string().optional(), region: z.string().optional() }));
const made = z.object({
  id: uuid,
  redacted: z.boolean(),
  subprocessors: listed.optional(),
  models: listed.optional().meta({ description: 'models that have served the tenant' }),
  position,
});
const shown = z.object({
  disclosure: z.string(),
  madeAt: z.date(),
  recipient: z.string(),
  kind: z.enum(DISCLOSURE_KINDS),
  ground: z.enum(DISCLOSURE_GROUNDS),
  authority: z.string().nullable(),
  nda: z.string().nullable(),
  redacted: z.boolean(),
  categories: z.array(z.string()),
  cohort: z.number().nullable(),
  policy: z.int(),
  position: z.int(),
});

/** The register of what was disclosed to whom, and on which ground. */
export const disclosureRoutes =
  ({ register, disclosures }: Pick<Services, 'register' | 'disclosures'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const summary = 'Disclose: on record before anything leaves';
    routes.post(
      URL,
      {
        config: { roles: ['tenant-admin', 'dpo', 'operator'] },
        schema: { tags, summary, params: tenantParams, body: order, response: { 201: made } },
      },
      async (request, reply) => {
        const { disclosure, ...receipt } = await disclosures.disclose(
          request.params.tenant,
          given(request.body),
          callerOf(request).actor,
        );
        const { subprocessors, models } = receipt;
        const lists = {
          ...(subprocessors && { subprocessors: [...subprocessors] }),
          ...(models && { models: [...models] }),
        };
        const answer = { id: disclosure, redacted: receipt.redacted, position: receipt.position, ...lists };
        return tellPosition(reply, receipt.position).code(201).send(answer);
      },
    );

    routes.get(
      URL,
      {
        config: { roles: ['tenant-admin', 'dpo', 'auditor', 'operator'] },
        schema: {
          ...{ tags, summary: 'What was disclosed, newest first', params: tenantParams },
          ...{ querystring: pageQuery, response: { 200: pageOf(shown) } },
        },
      },
      async ({ params: { tenant }, query }) => {
        const { cursor, limit } = positionCursor(query);
        const rows = await register.disclosures(tenant, { cursor, limit: limit + 1 });
        const items = rows.map(row => ({ ...row, categories: [...row.categories] }));
        return pageFrom(items, limit, row => row.position);
      },
    );
  };

/** Without the fields that were left out. */
const given = ({ authority, nda, cohort, ...rest }: z.infer<typeof order>) => ({
  ...rest,
  ...(authority === undefined ? {} : { authority }),
  ...(nda === undefined ? {} : { nda }),
  ...(cohort === undefined ? {} : { cohort }),
});

import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { OffboardingShown } from '../../application/offboarding/offboarding.ts';
import { uuid } from '../../domain/events/fields.ts';
import { duration } from '../../domain/time/duration.ts';
import { callerOf } from '../callers.ts';
import { tellPosition } from '../positions.ts';
import { position, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/offboarding';
const tags = ['offboarding'];
const DEFAULT_NOTICE = 'P30D';

const date = z.date().nullable();
const certificate = z.object({
  id: uuid,
  method: z.literal('cryptographic-erase'),
  standard: z.literal('NIST SP 800-88 Rev. 2'),
  kmsKeys: z.array(z.string()).meta({ description: 'KMS keys destroyed, and every key under them' }),
  foundGone: z.array(z.string()).meta({
    description:
      'those of them that the KMS no longer knew; key.destroyed of their epochs was on record before',
  }),
  erasedAt: z.date(),
  position: z.int().meta({ description: 'log position of the event tenant.erased' }),
});
const shown = z.object({
  status: z.enum(['none', 'announced', 'confirmed', 'started', 'erased']),
  id: uuid.nullable(),
  announcedAt: date,
  notBefore: date.meta({ description: 'end of the notice' }),
  confirmedAt: date,
  waits: z
    .array(z.enum(['notice', 'retention', 'held', 'export']))
    .meta({ description: 'once confirmed: what the destruction of the keys waits for' }),
  windowsEnd: date.meta({ description: 'when the last minimum window of an asset ends' }),
  report: z.string().nullable().meta({ description: 'report that takes the evidence out: fetch it in time' }),
  certificate: certificate.nullable(),
});
const changed = shown.extend({ position });

/** The end of a tenant: announced, confirmed by somebody else, exported, then every key is destroyed. */
export const offboardingRoutes =
  ({ offboardings }: Pick<Services, 'offboardings'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const roles = ['tenant-admin', 'dpo', 'operator'] as const;
    const schemaOf = (summary: string) => ({ tags, summary, params: tenantParams });

    const notice = duration
      .default(DEFAULT_NOTICE)
      .meta({ description: 'nothing is destroyed before it has passed' });
    routes.post(
      URL,
      {
        config: { roles: ['tenant-admin'] },
        schema: {
          ...schemaOf('Announce the end of the tenant'),
          body: z.strictObject({ notice }),
          response: { 201: changed },
        },
      },
      async (request, reply) => {
        const { tenant } = request.params;
        const found = await offboardings.announce(tenant, request.body.notice, callerOf(request).actor);
        return tellPosition(reply, found.position).code(201).send(changedOf(found));
      },
    );

    routes.post(
      `${URL}/confirm`,
      {
        config: { roles },
        schema: {
          ...schemaOf('Confirm it, as somebody else: the tenant is read-only from then on'),
          response: { 200: changed },
        },
      },
      async (request, reply) => {
        const found = await offboardings.confirm(request.params.tenant, callerOf(request).actor);
        return tellPosition(reply, found.position).send(changedOf(found));
      },
    );

    routes.delete(
      URL,
      {
        config: { roles },
        schema: {
          ...schemaOf('Withdraw it, until the destruction of the keys begins'),
          response: { 200: changed },
        },
      },
      async (request, reply) => {
        const found = await offboardings.withdraw(request.params.tenant, callerOf(request).actor);
        return tellPosition(reply, found.position).send(changedOf(found));
      },
    );

    routes.get(
      URL,
      {
        config: { roles: [...roles, 'auditor'] },
        schema: {
          ...schemaOf('Where the offboarding stands; once it is complete, its certificate'),
          response: { 200: shown },
        },
      },
      async request => shownOf(await offboardings.get(request.params.tenant)),
    );
  };

const changedOf = (found: OffboardingShown): z.infer<typeof changed> => ({
  ...shownOf(found),
  position: found.position,
});

function shownOf({ state, waits, windowsEnd, erasedPosition }: OffboardingShown): z.infer<typeof shown> {
  const nothing = { confirmedAt: null, report: null, certificate: null };
  const rest = { waits: [...waits], windowsEnd: windowsEnd ?? null };
  if (state.status === 'none') {
    return { status: 'none', id: null, announcedAt: null, notBefore: null, ...nothing, ...rest };
  }
  const { status, offboarding: id, announcedAt, notBefore } = state;
  const announced = { status, id, announcedAt, notBefore, ...nothing, ...rest };
  if (state.status === 'announced') return announced;
  const confirmed = { ...announced, confirmedAt: state.confirmedAt, report: state.report ?? null };
  if (state.status !== 'erased') return confirmed;
  const { kmsKeys, foundGone, erasedAt } = state;
  const method = { method: 'cryptographic-erase', standard: 'NIST SP 800-88 Rev. 2' } as const;
  const keys = { kmsKeys: [...kmsKeys], foundGone: [...foundGone], erasedAt };
  return {
    ...confirmed,
    certificate: { id: state.certificate, ...method, ...keys, position: erasedPosition ?? 0 },
  };
}

import { Readable } from 'node:stream';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { ReportOrder } from '../../application/reports/reports.ts';
import { outsideSubject, uuid } from '../../domain/events/fields.ts';
import { REPORT_KINDS } from '../../domain/report/kinds.ts';
import { callerOf, findSubject, ownerOf, type Caller } from '../callers.ts';
import { pageFrom } from '../pages.ts';
import { tellPosition } from '../positions.ts';
import { REPORT_READERS, requireKind, sightOf } from '../report-sight.ts';
import { instant, pageOf, pageQuery, position, positionCursor, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/reports';
const tags = ['reports'];
const config = { roles: REPORT_READERS };
const params = tenantParams.extend({ report: uuid });

const order = z.strictObject({
  kind: z.enum(REPORT_KINDS),
  from: instant.optional().meta({ description: 'start of the period' }),
  to: instant.optional().meta({ description: 'end of the period, exclusive' }),
  subject: outsideSubject
    .optional()
    .meta({ description: 'the user whom it is about; a user’s own key means itself' }),
  request: uuid.optional().meta({ description: 'deletion request that a receipt or certificate is of' }),
});
const requested = z.object({ report: uuid, position });
const shownReport = z.object({
  report: uuid,
  kind: z.enum(REPORT_KINDS),
  subject: uuid.nullable().meta({ description: 'inside reference' }),
  request: uuid.nullable(),
  from: z.date().nullable(),
  to: z.date().nullable(),
  state: z.enum(['requested', 'issued', 'outdated', 'failed', 'expired']),
  progress: z.object({ done: z.int(), total: z.int() }).optional(),
  requestedAt: z.date(),
  issuedAt: z.date().nullable(),
  expiresAt: z.date().nullable(),
  sha256: z.string().nullable(),
  bytes: z.int().nullable(),
  events: z.int().nullable().meta({ description: 'events of the log that it proves' }),
  size: z.int().nullable().meta({ description: 'size of the tree that its checkpoint signs' }),
  asOf: z.int().nullable().meta({ description: 'log position up to which it knows' }),
  reason: z.string().nullable(),
});

type Deps = Pick<Services, 'reports' | 'directory'>;

/** Reports: asked for, built by a worker, downloaded as a bundle that verifies offline. */
export const reportRoutes =
  ({ reports, directory }: Deps): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const ask = { tags, summary: 'Ask for a report', params: tenantParams, body: order };
    routes.post(URL, { config, schema: { ...ask, response: { 202: requested } } }, async (request, reply) => {
      const { tenant } = request.params;
      const caller = callerOf(request);
      const wanted = await orderOf(directory, tenant, request.body, caller);
      const accepted = await reports.request(tenant, wanted, caller.actor);
      return tellPosition(reply, accepted.position).code(202).send(accepted);
    });

    const list = { tags, summary: 'Reports, newest first', params: tenantParams, querystring: pageQuery };
    routes.get(
      URL,
      { config, schema: { ...list, response: { 200: pageOf(shownReport) } } },
      async request => {
        const { cursor, limit } = positionCursor(request.query);
        const sight = sightOf(callerOf(request).principal);
        const found = await reports.list(request.params.tenant, { ...sight, cursor, limit: limit + 1 });
        return pageFrom(found, limit, report => report.position);
      },
    );

    const one = { tags, summary: 'State and progress of a report', params };
    routes.get(`${URL}/:report`, { config, schema: { ...one, response: { 200: shownReport } } }, request =>
      reports.state(request.params.tenant, request.params.report, sightOf(callerOf(request).principal)),
    );

    const bundle = { tags, summary: 'The bundle, a zip; the download goes on record first', params };
    routes.get(`${URL}/:report/bundle`, { config, schema: bundle }, async (request, reply) => {
      const { tenant, report } = request.params;
      const { principal, actor } = callerOf(request);
      const download = await reports.download(tenant, report, sightOf(principal), actor);
      return reply
        .type('application/zip')
        .headers({
          'content-disposition': `attachment; filename="lethe-${download.kind}-${report}.zip"`,
          'content-length': String(download.bytes),
          // RFC 9530: what arrives can be compared with what was issued.
          'repr-digest': `sha-256=:${Buffer.from(download.sha256, 'hex').toString('base64')}:`,
          'cache-control': 'no-store',
        })
        .send(Readable.from(download.stream, { objectMode: false }));
    });

    const end = { tags, summary: 'Destroy a report: its key and its file', params };
    const ended = z.object({ report: uuid, position });
    routes.delete(
      `${URL}/:report`,
      { config, schema: { ...end, response: { 200: ended } } },
      async (request, reply) => {
        const { tenant, report } = request.params;
        const { principal, actor } = callerOf(request);
        const withdrawn = await reports.withdraw(tenant, report, sightOf(principal), actor);
        return tellPosition(reply, withdrawn.position).send({ report, ...withdrawn });
      },
    );
  };

/** The order in inside references. A user's own key asks about itself, whether it says so or not. */
async function orderOf(
  directory: Services['directory'],
  tenant: string,
  { subject: outsideId, ...rest }: z.infer<typeof order>,
  caller: Caller,
): Promise<ReportOrder> {
  requireKind(caller.principal, rest.kind, outsideId !== undefined || rest.request !== undefined);
  const own = ownerOf(caller.principal);
  const subject = outsideId === undefined ? own : await findSubject(directory, tenant, outsideId, caller);
  return { ...rest, subject };
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { certificateDocument, receiptDocument } from '../../documents/certificate-document.ts';
import { renderPdf } from '../../documents/pdf.ts';
import type { ReportDocument } from '../../documents/report-document.ts';
import { PUBLISHED_SCHEMAS, schemaFile } from '../../domain/certificate/schemas.ts';
import { uuid } from '../../domain/events/fields.ts';
import { callerOf, OWN_DATA, ownerOf } from '../callers.ts';
import { tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

const URL = '/v1/tenants/:tenant/deletion-requests/:request';
const tags = ['deletion requests'];
const PDF = 'application/pdf';

/** Receipt and certificate of a deletion request, as JSON or as PDF; and the schemas of the JSON, open to everyone. */
export const certificateRoutes =
  ({ certificates, records }: Pick<Services, 'certificates' | 'records'>): RouteGroup =>
  app => {
    const routes = app.withTypeProvider<ZodTypeProvider>();
    const config = { roles: [...OWN_DATA, 'auditor', 'operator'] } as const;
    const params = tenantParams.extend({ request: uuid });
    const schemaOf = (summary: string) => ({ tags, summary, params });

    routes.get(
      `${URL}/receipt`,
      { config, schema: schemaOf('What was hidden, what remains, and by when it is erased; JSON or PDF') },
      async (request, reply) => {
        const { tenant, request: id } = request.params;
        const { principal, actor } = callerOf(request);
        const { document } = await certificates.receipt(tenant, id, ownerOf(principal));
        await records.viewed(tenant, { actor, records: 'deletion-requests' });
        return answer(request, reply, document, receiptDocument);
      },
    );
    routes.get(
      `${URL}/certificate`,
      { config, schema: schemaOf('What was erased, how, and where, with its proofs; JSON or PDF') },
      async (request, reply) => {
        const { tenant, request: id } = request.params;
        const { principal, actor } = callerOf(request);
        const { document } = await certificates.certificate(tenant, id, ownerOf(principal));
        await records.viewed(tenant, { actor, records: 'deletion-requests' });
        return answer(request, reply, document, certificateDocument);
      },
    );

    for (const [file, schema] of Object.entries(PUBLISHED_SCHEMAS)) {
      const text = schemaFile(schema);
      app.get(
        `/schemas/${file}`,
        { schema: { tags: ['operation'], summary: `JSON Schema: ${file}` } },
        (_, reply) => reply.type('application/schema+json').send(text),
      );
    }
  };

async function answer<T>(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  document: T,
  typeset: (document: T) => ReportDocument,
): Promise<FastifyReply> {
  reply.header('cache-control', 'no-store').header('vary', 'accept');
  if (headers.accept?.includes(PDF) !== true) return reply.send(document);
  return reply.type(PDF).send(await renderPdf(typeset(document)));
}

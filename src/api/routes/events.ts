import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import { cloudEventSchema, reportableData } from '../../domain/events/incoming.ts';
import { CLOUDEVENT_BATCH_TYPE, CLOUDEVENT_TYPE, JSON_TYPE, NdjsonBody } from '../bodies.ts';
import { callerOf } from '../callers.ts';
import { collectNdjson, NDJSON_TYPE, type NdjsonLine } from '../ndjson.ts';
import { tellPosition } from '../positions.ts';
import { position, tenantParams } from '../schemas.ts';
import type { RouteGroup } from '../server.ts';
import type { Services } from '../services.ts';

/** The platform's reports: one CloudEvent, a batch, or NDJSON. A request is taken whole or refused whole. */
export const eventRoutes =
  ({ ingest }: Pick<Services, 'ingest'>): RouteGroup =>
  app => {
    app.withTypeProvider<ZodTypeProvider>().post(
      '/v1/tenants/:tenant/events',
      {
        config: { roles: ['ingest', 'tenant-admin', 'operator'], document: { body: describeBody() } },
        schema: {
          tags: ['events'],
          summary: 'Report events: one CloudEvent, a batch, or NDJSON',
          params: tenantParams,
          response: {
            200: z.object({
              accepted: z.int().meta({ description: 'events newly stored' }),
              duplicates: z
                .int()
                .meta({ description: 'events that were stored before under the same source and id' }),
              position,
              assets: z
                .record(z.string(), z.string())
                .optional()
                .meta({ description: 'ids minted for events that named no asset, by place in the request' }),
            }),
          },
        },
      },
      async (request, reply) => {
        const { tenant } = request.params;
        const { actor } = callerOf(request);
        const { events, lines } = await eventsOf(request.body);
        const receipt = await ingest(tenant, events, actor).catch((error: unknown) => {
          throw lines === undefined ? error : nameLines(error, lines);
        });
        return tellPosition(reply, receipt.position).send(receipt);
      },
    );
  };

interface Reported {
  readonly events: readonly unknown[];
  readonly lines?: readonly NdjsonLine[];
}

async function eventsOf(body: unknown): Promise<Reported> {
  if (body instanceof NdjsonBody) {
    const lines = await collectNdjson(body.stream);
    return { events: lines.map(({ value }) => value), lines };
  }
  if (body === undefined) return { events: [] };
  return { events: Array.isArray(body) ? body : [body] };
}

/** Whoever sent lines is told the line, beside the place among the events. */
function nameLines(error: unknown, lines: readonly NdjsonLine[]): unknown {
  if (!(error instanceof LetheError) || error.faults.length === 0) return error;
  const faults = error.faults.map(fault => {
    const line = fault.index === undefined ? undefined : lines[fault.index]?.line;
    return line === undefined ? fault : { ...fault, line };
  });
  return new LetheError(error.code, error.message, { faults, details: error.details, cause: error });
}

/** JSON Schema of a reported event: one alternative a type, with that type's data. */
function describeBody(): Record<string, unknown> {
  const alternatives = [...reportableData].map(([type, data]) => {
    const schema = cloudEventSchema.extend({ type: z.literal(type), data: data });
    return {
      title: type,
      ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
      $schema: undefined,
    };
  });
  const event = { oneOf: alternatives };
  const batch = { type: 'array', items: event };
  return {
    content: {
      [CLOUDEVENT_TYPE]: { schema: event },
      [CLOUDEVENT_BATCH_TYPE]: { schema: batch },
      [JSON_TYPE]: { schema: { anyOf: [event, batch] } },
      [NDJSON_TYPE]: { schema: { type: 'string', description: 'one CloudEvent a line' } },
    },
  };
}

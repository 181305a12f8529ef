import type { FastifyInstance } from 'fastify';
import type { ApiMetrics } from '../deps.ts';

/** /metrics in the exposition format of the registry; no label is personal. */
export const metricsRoutes =
  ({ registry }: ApiMetrics) =>
  (app: FastifyInstance): void => {
    app.get('/metrics', { schema: { tags: ['operation'], summary: 'Metrics' } }, async (_request, reply) =>
      reply.type(registry.contentType).send(await registry.metrics()),
    );
  };

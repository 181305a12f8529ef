import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { ApiMetrics } from './deps.ts';

/** Route of what matched none; one label, so that a scan cannot fill the metrics. */
const UNMATCHED = 'unmatched';
export const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? UNMATCHED;

/** One line a request: method, route pattern, status and milliseconds. Nothing that the caller wrote. */
export class RequestLog extends fastify.LogController {
  constructor() {
    super({ requestIdLogLabel: 'request' });
  }

  override incomingRequest(): void {
    // The line that is written at the end says everything.
  }

  override routeNotFound(): void {
    // The framework's line would hold the URL.
  }

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const line = {
      method: request.method,
      route: routeOf(request),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 100) / 100,
    };
    if (error) request.log.warn({ ...line, err: error }, 'request broken off');
    else if (reply.statusCode >= 400) request.log.info(line, 'request');
    // What went well is in the audit trail and the metrics; a line for each would cost a fifth of a small request.
    else request.log.debug(line, 'request');
  }
}

/** Counts every answer by route pattern. */
export function countRequests(app: FastifyInstance, metrics: ApiMetrics): void {
  app.addHook('onResponse', (request, reply, done) => {
    metrics.observeRequest({
      method: request.method,
      route: routeOf(request),
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1_000,
    });
    done();
  });
}
